#pragma once
// Codecs over tiny models with random weights, and pictures to feed them.

#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/temp_dir.h"
#include "imgcnn/base/files.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/entropy/context_mlp.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image.h"
#include "imgcnn/model/coding_tables.h"
#include "imgcnn/nn/weights.h"
#include "model/tiny_config.h"

namespace imgcnn::codec {

inline CodecOptions one_thread() { return {"cpu", 1}; }

/// Smooth waves with some texture, different in every channel.
inline image::Image waves(int width, int height, int channels, int bit_depth) {
  image::Image picture{width, height, channels, bit_depth, {}, {}};
  const double top = picture.max_value();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const double wave =
            0.5 + 0.3 * std::sin(0.11 * x + 0.05 * c * y) + 0.1 * std::sin(0.9 * y + c);
        picture.samples.push_back(static_cast<std::uint16_t>(std::lround(top * wave)));
      }
    }
  }
  return picture;
}

/// Strokes of few colours.
inline image::Image drawing(int width, int height, int channels, int bit_depth) {
  image::Image picture = image::blank(width, height, channels, bit_depth);
  std::size_t i = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int kind = (x / 3 + y / 7) % 5 == 0 ? 1 : (y % 11 == 0 && x % 23 < 15 ? 2 : 0);
      for (int c = 0; c < channels; ++c)
        picture.samples[i++] = static_cast<std::uint16_t>((240 - 90 * kind + 13 * c * kind) *
                                                          (bit_depth == 16 ? 257 : 1));
    }
  }
  return picture;
}

/// A drawing on the left, waves on the right of `border`.
inline image::Image mixed(int width, int height, int border, int channels, int bit_depth) {
  image::Image picture = waves(width, height, channels, bit_depth);
  const image::Image left = drawing(border, height, channels, bit_depth);
  for (int y = 0; y < height; ++y) {
    std::copy_n(left.samples.begin() + std::ptrdiff_t{y} * border * channels, border * channels,
                picture.samples.begin() + std::ptrdiff_t{y} * width * channels);
  }
  return picture;
}

/// A context coder that nothing has taught: its references are the channels before, its corrections
/// as good as random.
inline entropy::ContextMlpWeights drawn_context(int channels, std::uint64_t seed) {
  using W = entropy::ContextMlpWeights;
  constexpr std::size_t kWidth = 64;
  const auto c = static_cast<std::size_t>(channels);
  std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
  const auto draw = [&](auto value, std::size_t count, int limit) {
    std::vector<decltype(value)> values(count);
    for (auto& v : values)
      v = static_cast<decltype(value)>(
          static_cast<int>(random() % static_cast<unsigned>(2 * limit + 1)) - limit);
    return values;
  };
  W weights;
  for (std::size_t i = 0; i < c; ++i) {
    for (std::size_t j = 0; j < entropy::kReferences; ++j) {
      const std::size_t distance = 1 + j % entropy::kSignedReferences;
      const std::size_t place = random() % entropy::kReferencePlaces;
      weights.references.push_back(
          distance > i
              ? entropy::kNoReference
              : static_cast<std::int32_t>((i - distance) * entropy::kReferencePlaces + place));
    }
  }
  weights.predictors = draw(std::int32_t{}, c * entropy::kPredictorInputs, 20000);
  weights.first = draw(std::int8_t{}, c * entropy::kContextFeatures * kWidth, 20);
  weights.first_bias = draw(std::int32_t{}, c * kWidth, 1000);
  weights.second = draw(std::int8_t{}, kWidth * W::kNarrow, 20);
  weights.second_bias = draw(std::int32_t{}, c * W::kNarrow, 1000);
  weights.third = draw(std::int8_t{}, c * W::kNarrow * W::kOutputs, 10);
  weights.third_bias = draw(std::int32_t{}, c * W::kOutputs, 500);
  return weights;
}

/// Writes a model of fresh weights from `seed`, with context coders or without, and returns its
/// path.
inline std::string write_model(const std::string& path, const model::ModelConfig& config,
                               std::uint64_t seed = 1, bool context = false) {
  torch::manual_seed(seed);
  auto file = nn::freeze_model(*nn::make_model(config));
  if (context) {
    model::put_context(file, model::kLatentContext, config.latent_channels,
                       drawn_context(config.latent_channels, seed));
    if (config.hyper_channels > 0)
      model::put_context(file, model::kHyperContext, config.hyper_channels,
                         drawn_context(config.hyper_channels, seed));
  }
  write_file_atomically(path, bitstream::serialize_safetensors(file), true);
  return path;
}

}  // namespace imgcnn::codec
