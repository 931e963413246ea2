// Blocks and pixels of a tile through the model.

#include "imgcnn/entropy/pixel_coder.h"

#include <algorithm>
#include <array>

#include "imgcnn/base/error.h"
#include "imgcnn/base/xxh64.h"
#include "imgcnn/entropy/rans.h"
#include "pixel_model.h"

namespace imgcnn::entropy {
namespace {

/// Counts what it appends.
class EncodedDecisions final : public DecisionCoder {
 public:
  bool code(std::int32_t probability, bool value) override {
    encoder_.append_bit(static_cast<std::uint16_t>(probability), value);
    cost_ += cost_of(value ? probability : 65536 - probability);
    return value;
  }
  std::uint32_t bypass(std::uint32_t value, std::uint32_t count) override {
    encoder_.append_bits(value, count);
    cost_ += std::int64_t{kCostOne} * count;
    return value;
  }

  /// In 1/256 bit.
  [[nodiscard]] std::int64_t cost() const { return cost_; }
  [[nodiscard]] Bytes finish(std::uint32_t checksum) { return encoder_.finish(checksum).first; }

 private:
  RansEncoder encoder_;
  std::int64_t cost_ = 0;
};

class DecodedDecisions final : public DecisionCoder {
 public:
  DecodedDecisions(ByteSpan stream, const std::string& name) : decoder_(stream, name) {}
  bool code(std::int32_t probability, bool /*value*/) override {
    return decoder_.take_bit(static_cast<std::uint16_t>(probability));
  }
  std::uint32_t bypass(std::uint32_t /*value*/, std::uint32_t count) override {
    return decoder_.take_bits(count);
  }
  void finish(std::uint32_t checksum) const { decoder_.finish(checksum); }

 private:
  RansDecoder decoder_;
};

std::size_t block_count(const PixelTile& tile) {
  return static_cast<std::size_t>(tile.block_columns()) *
         static_cast<std::size_t>(tile.block_rows());
}

/// Which blocks are coded, each under the neighbours that came before it.
void code_blocks(DecisionCoder& coder, PixelTile& tile) {
  std::array<AdaptiveProbability, 16> odds;
  const int columns = tile.block_columns(), rows = tile.block_rows();
  const auto coded = [&](int y, int x) -> std::size_t {
    if (y < 0 || x < 0 || x >= columns) return 0;
    return tile.blocks[static_cast<std::size_t>(y * columns + x)];
  };
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      AdaptiveProbability& one = odds[coded(y, x - 1) + 2 * coded(y - 1, x) +
                                      4 * coded(y - 1, x - 1) + 8 * coded(y - 1, x + 1)];
      std::uint8_t& block = tile.blocks[static_cast<std::size_t>(y * columns + x)];
      block = coder.code(one.one, block != 0) ? 1 : 0;
      one.learn(block != 0);
    }
  }
}

/// Calls use(y, x, samples) for each pixel of coded blocks in reading order.
template <class Tile, class Use>
void for_each_pixel(Tile& tile, const Use& use) {
  const auto channels = static_cast<std::size_t>(tile.channels);
  auto* samples = tile.samples.data();
  for (int y = 0; y < tile.height; ++y) {
    for (int x = 0; x < tile.width; ++x, samples += channels) {
      if (tile.is_coded(y, x)) use(y, x, samples);
    }
  }
}

void put(const PixelModel& model, ColourBits colour, int channels, std::uint16_t* samples) {
  for (int c = 0; c < channels; ++c)
    samples[c] = static_cast<std::uint16_t>(model.sample(colour, c));
}

/// What the last states of a stream stand for: over the samples of coded blocks, in the order of
/// pixels.
std::uint32_t checksum_of(const PixelTile& tile) {
  Bytes bytes;
  for_each_pixel(tile, [&](int /*y*/, int /*x*/, const std::uint16_t* samples) {
    for (int c = 0; c < tile.channels; ++c) {
      bytes.push_back(static_cast<std::uint8_t>(samples[c]));
      bytes.push_back(static_cast<std::uint8_t>(samples[c] >> 8));
    }
  });
  return static_cast<std::uint32_t>(xxh64(bytes));
}

/// Lets a chooser replace the colours of pixels.
class Choice {
 public:
  Choice(PixelChooser* chooser, int channels) : chooser_(chooser), channels_(channels) {}

  /// The colour to code for the pixel at hand instead of `own`, which stands in `samples`.
  ColourBits colour(PixelModel& model, ColourBits own, const std::uint16_t* samples) {
    learns_ = false;
    if (chooser_ == nullptr || model.is_flat(own)) return own;
    const auto weighed = model.weigh();
    is_new_ = !model.is_known(own);
    const std::int64_t known_cost = weighed.refusal + known_;
    PixelOption option{samples, is_new_ ? weighed.refusal + new_ : known_cost};
    std::size_t count = 0;
    bool is_suggested = false;
    for (std::size_t i = 0; i < weighed.count; ++i) {
      const auto& [colour, cost] = weighed.options[i];
      if (colour == own) {
        // None costs less than the first, as each is behind the refusal of those before it.
        if (i == 0) return own;
        is_suggested = true;
        option.cost = cost;
        continue;
      }
      put(model, colour, channels_, samples_[count].data());
      options_[count] = {samples_[count].data(), cost};
      ++count;
    }
    const ColourBits chosen =
        model.colour_of(chooser_->choose({option, is_new_, options_.data(), count, known_cost}));
    refusal_ = weighed.refusal;
    learns_ = chosen == own && !is_suggested;
    return chosen;
  }

  /// Learns what the pixel took, if it tells what colours cost that are not suggested.
  void learn(std::int64_t cost) {
    if (!learns_) return;
    std::int64_t& average = is_new_ ? new_ : known_;
    average += (cost - refusal_ - average) / 16;
  }

 private:
  static constexpr std::size_t kMostOptions = Suggestions::kCount + 1;

  PixelChooser* chooser_;
  int channels_;
  /// Costs of colours that are not suggested, refusals aside.
  std::int64_t known_ = 8 * kCostOne, new_ = 18 * kCostOne;
  // Of the pixel at hand.
  bool learns_ = false, is_new_ = false;
  std::int64_t refusal_ = 0;
  std::array<PixelOption, kMostOptions> options_{};
  std::array<std::array<std::uint16_t, 3>, kMostOptions> samples_{};
};

}  // namespace

CodedPixels encode_pixels(PixelTile& tile, PixelChooser* chooser) {
  PixelModel model(tile.height, tile.width, tile.channels, tile.bit_depth);
  EncodedDecisions decisions;
  CodedPixels coded;
  coded.block_costs.resize(tile.blocks.size());
  code_blocks(decisions, tile);
  Choice choice(chooser, tile.channels);
  for_each_pixel(tile, [&](int y, int x, std::uint16_t* samples) {
    model.begin(y, x);
    const ColourBits colour = choice.colour(model, model.colour_of(samples), samples);
    const std::int64_t before = decisions.cost();
    model.code(decisions, colour);
    const std::int64_t cost = decisions.cost() - before;
    choice.learn(cost);
    coded.block_costs[tile.block_of(y, x)] += cost;
    put(model, colour, tile.channels, samples);
  });
  coded.stream = decisions.finish(checksum_of(tile));
  return coded;
}

PixelTile decode_pixels(ByteSpan stream, PixelTile sizes, const std::string& name) {
  PixelTile tile = std::move(sizes);
  tile.blocks.assign(
      static_cast<std::size_t>(tile.block_columns()) * static_cast<std::size_t>(tile.block_rows()),
      0);
  tile.samples.assign(static_cast<std::size_t>(tile.width) * static_cast<std::size_t>(tile.height) *
                          static_cast<std::size_t>(tile.channels),
                      0);
  DecodedDecisions decisions(stream, name);
  try {
    PixelModel model(tile.height, tile.width, tile.channels, tile.bit_depth);
    code_blocks(decisions, tile);
    for_each_pixel(tile, [&](int y, int x, std::uint16_t* samples) {
      model.begin(y, x);
      put(model, model.code(decisions, 0), tile.channels, samples);
    });
  } catch (const Error& error) {
    throw Error(error.code(), name + ": " + error.what());
  }
  decisions.finish(checksum_of(tile));
  return tile;
}

std::vector<std::uint8_t> decode_pixel_blocks(ByteSpan stream, PixelTile sizes,
                                              const std::string& name) {
  PixelTile tile = std::move(sizes);
  tile.blocks.assign(block_count(tile), 0);
  DecodedDecisions decisions(stream, name);
  code_blocks(decisions, tile);
  return std::move(tile.blocks);
}

}  // namespace imgcnn::entropy
