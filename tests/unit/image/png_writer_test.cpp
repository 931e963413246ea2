// PNG as it is written: levels, strips and threads.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "image/formats/bytes.h"
#include "image/formats/inflate.h"
#include "imgcnn/image/image_io.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

/// A smooth picture with some noise: neither stored blocks alone nor long matches alone.
Image soft_noise(int width, int height, int channels, int bit_depth) {
  Image picture = noise_picture(width, height, channels, bit_depth);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    const auto slope = static_cast<std::uint16_t>(i / 64 % 128);
    picture.samples[i] = static_cast<std::uint16_t>(picture.samples[i] % 16 + slope);
  }
  return picture;
}

struct Chunks {
  Bytes pixels;  ///< contents of the chunks IDAT, one behind the other
  int count = 0;
};

Chunks pixel_chunks(const Bytes& file) {
  constexpr std::size_t kSignature = 8;
  constexpr std::size_t kOverhead = 12;
  Chunks chunks;
  for (std::size_t at = kSignature; at + kOverhead <= file.size();) {
    const std::size_t size = read_be(file, at, 4);
    if (has_at(file, at + 4, "IDAT")) {
      const Bytes contents = part(file, at + 8, size).to_bytes();
      chunks.pixels.insert(chunks.pixels.end(), contents.begin(), contents.end());
      ++chunks.count;
    }
    at += kOverhead + size;
  }
  return chunks;
}

TEST(PngWriter, EveryLevelKeepsTheSamples) {
  for (const int depth : {8, 16}) {
    for (const int channels : {1, 2, 3, 4}) {
      for (const auto& [width, height] : {std::pair{1, 1}, std::pair{67, 33}}) {
        const Image picture = soft_noise(width, height, channels, depth);
        for (int level = 0; level <= kMaxPngLevel; ++level) {
          const Image read = decode_image(encode_png(picture, {level}), "x");
          ASSERT_EQ(read.channels, channels) << level;
          ASSERT_EQ(read.bit_depth, depth) << level;
          ASSERT_EQ(read.samples, picture.samples) << level << " " << depth << " " << channels;
        }
      }
    }
  }
}

TEST(PngWriter, HigherLevelsAreSmaller) {
  const Image picture = soft_noise(400, 300, 3, 8);
  const std::size_t stored = encode_png(picture, {0}).size();
  const std::size_t quick = encode_png(picture, {1}).size();
  const std::size_t small = encode_png(picture, {kMaxPngLevel}).size();
  EXPECT_GT(stored, picture.samples.size());
  EXPECT_LT(quick, stored * 3 / 4);
  EXPECT_LT(small, quick);
  EXPECT_EQ(encode_png(picture), encode_png(picture, {6}));
}

TEST(PngWriter, StripsAreOneStream) {
  // Three strips, and stored, quick and slow blocks at their ends.
  for (const Image& picture :
       {soft_noise(700, 800, 3, 8), soft_noise(601, 431, 4, 16), noise_picture(20, 45000, 1, 16)}) {
    const auto row =
        static_cast<std::size_t>(picture.width * picture.channels * picture.bit_depth / 8);
    for (const int level : {0, 1, 6}) {
      const Bytes file = encode_png(picture, {level});
      const Chunks chunks = pixel_chunks(file);
      EXPECT_EQ(chunks.count, 3) << level;
      const auto rows = inflate_bounded(chunks.pixels);
      ASSERT_TRUE(rows.has_value()) << level;
      EXPECT_EQ(rows->size(), static_cast<std::size_t>(picture.height) * (1 + row)) << level;
      EXPECT_EQ(decode_image(file, "x").samples, picture.samples) << level;
    }
  }
}

TEST(PngWriter, BytesDoNotDependOnTheThreads) {
  const Image picture = soft_noise(1000, 900, 4, 8);
  const Bytes file = encode_png(picture, {3, 1});
  for (const int threads : {0, 2, 3, 50})
    EXPECT_EQ(encode_png(picture, {3, threads}), file) << threads;
}

TEST(PngWriter, OtherLevelsAndEmptyPicturesAreRefused) {
  const Image picture = gradient_picture(4, 4, 3);
  for (const int level : {-1, kMaxPngLevel + 1}) {
    EXPECT_EQ(code_of([&] { (void)encode_png(picture, {level}); }), ErrorCode::kInvalidArgument)
        << level;
  }
  Image empty = picture;
  empty.height = 0;
  empty.samples.clear();
  EXPECT_EQ(code_of([&] { (void)encode_png(empty); }), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace imgcnn::image
