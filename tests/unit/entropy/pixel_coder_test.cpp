// Blocks of pixels: round trips, sizes, choices of an encoder, and every kind of damage.

#include "imgcnn/entropy/pixel_coder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "entropy/pixel_samples.h"
#include "entropy/pixels/pixel_model.h"
#include "imgcnn/base/error.h"
#include "imgcnn/entropy/rans.h"

namespace imgcnn::entropy {
namespace {

PixelTile sizes_of(const PixelTile& tile) {
  return {tile.width, tile.height, tile.channels, tile.bit_depth, {}, {}};
}

PixelTile decode(ByteSpan stream, const PixelTile& sizes) {
  return decode_pixels(stream, sizes_of(sizes), "a.cnz: pixels");
}

/// What decoding throws; empty where it throws nothing.
std::string refusal_of(const Bytes& stream, const PixelTile& sizes) {
  try {
    (void)decode(stream, sizes);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
    EXPECT_EQ(std::string(error.what()).rfind("a.cnz: pixels: ", 0), 0U) << error.what();
    return error.what();
  }
  return {};
}

TEST(PixelCoder, EverySampleComesBack) {
  for (const NamedTile& sample : pixel_samples()) {
    SCOPED_TRACE(sample.name);
    PixelTile tile = sample.tile;
    const CodedPixels coded = encode_pixels(tile);
    EXPECT_EQ(tile.samples, sample.tile.samples);  // without a chooser nothing changes
    const PixelTile found = decode(coded.stream, tile);
    EXPECT_EQ(found.blocks, sample.tile.blocks);
    EXPECT_EQ(found.samples, sample.tile.samples);
  }
}

TEST(PixelCoder, CostsAreThoseOfTheStream) {
  for (NamedTile& sample : pixel_samples()) {
    SCOPED_TRACE(sample.name);
    PixelTile& tile = sample.tile;
    const CodedPixels coded = encode_pixels(tile);
    ASSERT_EQ(coded.block_costs.size(), tile.blocks.size());
    for (std::size_t i = 0; i < tile.blocks.size(); ++i) {
      if (tile.blocks[i] == 0) {
        EXPECT_EQ(coded.block_costs[i], 0) << i;
      }
    }
    const auto sum =
        std::accumulate(coded.block_costs.begin(), coded.block_costs.end(), std::int64_t{0});
    const auto bytes = static_cast<std::int64_t>(coded.stream.size());
    // States and decisions of blocks, and what rounding makes of many decisions.
    EXPECT_NEAR(static_cast<double>(sum) / (8 * kCostOne), static_cast<double>(bytes),
                12.0 + 0.01 * static_cast<double>(bytes));
  }
}

TEST(PixelCoder, CostsFollowTheLogarithm) {
  for (std::int32_t p = 1; p <= 65536; ++p)
    ASSERT_NEAR(static_cast<double>(cost_of(p)), -256 * std::log2(p / 65536.0), 4.0) << p;
}

TEST(PixelCoder, WhatRepeatsTakesNextToNothing) {
  PixelTile checkerboard =
      tile_of(64, 64, 3, 8, [](int y, int x, int /*c*/) { return (x + y) % 2 == 0 ? 0 : 255; });
  EXPECT_LT(encode_pixels(checkerboard).stream.size(), 60U);
  PixelTile flat = draw(Drawing::kFlat, 200, 200, 3, 8);
  EXPECT_LT(encode_pixels(flat).stream.size(), 60U);
  PixelTile dither = draw(Drawing::kDither, 64, 64, 3, 8);
  EXPECT_LT(encode_pixels(dither).stream.size(), 64U * 64U / 8U / 3U);
}

TEST(PixelCoder, NoiseTakesLittleMoreThanItsBits) {
  for (const int channels : {1, 3}) {
    PixelTile noise = draw(Drawing::kNoise, 64, 64, channels, 8);
    const auto raw = 64U * 64U * static_cast<unsigned>(channels);
    EXPECT_LT(encode_pixels(noise).stream.size(), raw + raw / 7);
  }
}

TEST(PixelCoder, WithoutABlockThereAreStatesAlone) {
  PixelTile tile = some_blocks(draw(Drawing::kNoise, 40, 20, 3, 8), 1000000);
  ASSERT_EQ(std::count(tile.blocks.begin(), tile.blocks.end(), 0), 6);
  const CodedPixels coded = encode_pixels(tile);
  EXPECT_EQ(coded.stream.size(), 8U);
  EXPECT_EQ(decode(coded.stream, tile).blocks, tile.blocks);
}

/// Takes what costs least, whatever it looks like, and keeps what it took.
class Cheapest final : public PixelChooser {
 public:
  explicit Cheapest(int channels) : channels_(channels) {}

  const std::uint16_t* choose(const PixelOptions& options) override {
    ++asked_;
    EXPECT_LE(options.count, 11U);
    EXPECT_GE(options.known_cost, 0);
    const PixelOption* best = &options.own;
    for (std::size_t i = 0; i < options.count; ++i) {
      const PixelOption& other = options.suggested[i];
      EXPECT_GE(other.cost, 0);
      EXPECT_FALSE(std::equal(other.samples, other.samples + channels_, options.own.samples));
      if (i > 0) {
        EXPECT_GE(other.cost, options.suggested[i - 1].cost);  // best first
      }
      if (other.cost < best->cost) best = &other;
    }
    is_new_ = is_new_ || options.own_is_new;
    return best->samples;
  }

  [[nodiscard]] int asked() const { return asked_; }
  [[nodiscard]] bool is_new() const { return is_new_; }

 private:
  int channels_, asked_ = 0;
  bool is_new_ = false;
};

TEST(PixelCoder, WhatAChooserChoosesComesBack) {
  for (const Drawing drawing : {Drawing::kStrokes, Drawing::kGradient, Drawing::kPalette}) {
    for (const int channels : {1, 3}) {
      SCOPED_TRACE(name_of(drawing));
      const PixelTile original = some_blocks(draw(drawing, 70, 50, channels, 8), 2);
      PixelTile tile = original, plain = original;
      Cheapest chooser(channels);
      const CodedPixels coded = encode_pixels(tile, &chooser);
      EXPECT_GT(chooser.asked(), 0);
      EXPECT_TRUE(chooser.is_new());
      EXPECT_NE(tile.samples, original.samples);
      EXPECT_EQ(decode(coded.stream, tile).samples, tile.samples);
      EXPECT_LT(coded.stream.size(), encode_pixels(plain).stream.size());
    }
  }
}

TEST(PixelCoder, EveryTruncationIsRefused) {
  for (NamedTile& sample : pixel_samples()) {
    SCOPED_TRACE(sample.name);
    const Bytes stream = encode_pixels(sample.tile).stream;
    const std::size_t step = 1 + stream.size() / 8;
    for (std::size_t size = 0; size < stream.size(); size += step) {
      const Bytes cut(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_NE(refusal_of(cut, sample.tile), "") << size;
    }
    Bytes longer = stream;
    longer.insert(longer.end(), 2, 0);
    EXPECT_NE(refusal_of(longer, sample.tile), "");
  }
}

TEST(PixelCoder, EveryFlippedBitIsRefused) {
  for (PixelTile tile :
       {draw(Drawing::kPalette, 11, 9, 3, 8), draw(Drawing::kStrokes, 18, 7, 1, 16),
        draw(Drawing::kFlat, 1, 1, 3, 16)}) {
    const Bytes stream = encode_pixels(tile).stream;
    for (std::size_t i = 0; i < 8 * stream.size(); ++i) {
      Bytes damaged = stream;
      damaged[i / 8] = static_cast<std::uint8_t>(damaged[i / 8] ^ 1U << i % 8);
      EXPECT_NE(refusal_of(damaged, tile), "") << i;
    }
  }
}

TEST(PixelCoder, StreamsOfOtherSizesAreRefused) {
  PixelTile tile = draw(Drawing::kStrokes, 40, 30, 3, 8);
  const Bytes stream = encode_pixels(tile).stream;
  for (const PixelTile& other :
       {draw(Drawing::kFlat, 30, 40, 3, 8), draw(Drawing::kFlat, 40, 31, 3, 8),
        draw(Drawing::kFlat, 40, 30, 1, 8), draw(Drawing::kFlat, 40, 30, 3, 16)})
    EXPECT_NE(refusal_of(stream, other), "");
}

/// Codes the other value at some decisions, as no encoder does.
class Lies final : public DecisionCoder {
 public:
  explicit Lies(std::set<int> where) : where_(std::move(where)) {}

  bool code(std::int32_t probability, bool value) override {
    const bool coded = value != (where_.count(index_++) != 0);
    encoder_.append_bit(static_cast<std::uint16_t>(probability), coded);
    return coded;
  }
  std::uint32_t bypass(std::uint32_t value, std::uint32_t count) override {
    encoder_.append_bits(value, count);
    return value;
  }
  [[nodiscard]] Bytes finish() { return encoder_.finish(0).first; }

 private:
  std::set<int> where_;
  int index_ = 0;
  RansEncoder encoder_;
};

/// The refusal of a stream of two pixels of this grey that lies at some decisions. Those are: 0 the
/// block, 1 whether the first colour is known, 2 that it is as expected, 3 that the second is the
/// one to its west, 4 whether it is known, 5 that it is as expected.
std::string refusal_of_lies(const std::set<int>& where, std::uint16_t grey) {
  const PixelTile tile = tile_of(2, 1, 1, 8, [&](int, int, int) { return grey; });
  PixelModel model(1, 2, 1, 8);
  Lies lies(where);
  try {
    (void)lies.code(AdaptiveProbability{}.one, true);
    for (int x = 0; x < 2; ++x) {
      model.begin(0, x);
      (void)model.code(lies, model.colour_of(&grey));
    }
  } catch (const Error&) {  // the decoder has to find the same
  }
  return refusal_of(lies.finish(), tile);
}

TEST(PixelCoder, WhatNoEncoderWritesIsRefused) {
  const auto expect = [](const std::string& refusal, const std::string& reason) {
    EXPECT_NE(refusal.find(reason), std::string::npos) << refusal;
  };
  expect(refusal_of_lies({}, 128), "checksum");
  expect(refusal_of_lies({1}, 128), "known colour before the first");
  expect(refusal_of_lies({3}, 128), "that it has refused");
  expect(refusal_of_lies({3, 4}, 128), "known colour as a new one");
  // 255 is 127 above what is expected, and below it once the sign (decision 3) is turned; with the
  // exponent turned (decision 10, above 6) it is 254 above.
  expect(refusal_of_lies({}, 255), "checksum");
  expect(refusal_of_lies({10}, 255), "out of range");
  // 0 is 128 below.
  expect(refusal_of_lies({3}, 0), "out of range");
}

}  // namespace
}  // namespace imgcnn::entropy
