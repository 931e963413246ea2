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
#include "imgcnn/codec/context_training.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image.h"
#include "imgcnn/nn/weights.h"
#include "model/tiny_config.h"

namespace imgcnn::codec {

inline CodecOptions one_thread() { return {"cpu", 1}; }

/// What a model is to have beside its tables.
enum class Context { kNone, kCounters, kNetwork };

/// By the name of a test's parameter: "context", "network", or any other for none.
inline Context context_of(const std::string& name) {
  return name == "network" ? Context::kNetwork : name == "context" ? Context::kCounters : Context::kNone;
}

/// Smooth waves with some texture, different in every channel.
inline image::Image waves(int width, int height, int channels, int bit_depth) {
  image::Image picture{width, height, channels, bit_depth, {}, {}};
  const double top = picture.max_value();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const double wave = 0.5 + 0.3 * std::sin(0.11 * x + 0.05 * c * y) + 0.1 * std::sin(0.9 * y + c);
        picture.samples.push_back(static_cast<std::uint16_t>(std::lround(top * wave)));
      }
    }
  }
  return picture;
}

/// A network that nothing has taught: its corrections are small and as good as random.
inline entropy::ContextNetwork::Weights drawn_network(int channels, std::uint64_t seed) {
  using N = entropy::ContextNetwork;
  constexpr std::size_t kWidth = 64;
  const auto c = static_cast<std::size_t>(channels);
  std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
  const auto draw = [&](auto value, std::size_t count, int limit) {
    std::vector<decltype(value)> values(count);
    for (auto& v : values)
      v = static_cast<decltype(value)>(static_cast<int>(random() % static_cast<unsigned>(2 * limit + 1)) - limit);
    return values;
  };
  return {draw(std::int16_t{}, kWidth * N::kFeatures, 1000),     draw(std::int32_t{}, c * kWidth, 20000),
          draw(std::int16_t{}, N::kNarrow * kWidth, 1000),       draw(std::int32_t{}, N::kNarrow, 50000),
          draw(std::int16_t{}, N::kDecisions * N::kNarrow, 500), draw(std::int32_t{}, c * N::kDecisions, 50000)};
}

/// Writes a model of fresh weights from `seed` and returns its path.
inline std::string write_model(const std::string& path, const model::ModelConfig& config, std::uint64_t seed = 1,
                               Context context = Context::kNone) {
  torch::manual_seed(seed);
  auto file = nn::freeze_model(*nn::make_model(config));
  if (context != Context::kNone) {
    ContextTrainer trainer(file, one_thread());
    const auto picture = image::to_float_rgb(waves(64, 48, 3, 8));
    trainer.survey(picture, 40);
    for (const double quality : {20.0, 60.0}) trainer.learn(picture, quality);
    trainer.relax();
    if (context == Context::kNetwork) trainer.set_network(drawn_network(config.latent_channels, seed));
    trainer.put(file);
  }
  write_file_atomically(path, bitstream::serialize_safetensors(file), true);
  return path;
}

}  // namespace imgcnn::codec
