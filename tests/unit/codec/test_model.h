#pragma once
// Codecs over tiny models with random weights, and pictures to feed them.

#include <torch/torch.h>

#include <cmath>
#include <string>

#include "base/temp_dir.h"
#include "imgcnn/base/files.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/codec/context_training.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image.h"
#include "imgcnn/model/weights.h"
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
        const double wave = 0.5 + 0.3 * std::sin(0.11 * x + 0.05 * c * y) + 0.1 * std::sin(0.9 * y + c);
        picture.samples.push_back(static_cast<std::uint16_t>(std::lround(top * wave)));
      }
    }
  }
  return picture;
}

/// Writes a model of fresh weights from `seed`, perhaps with a context model, and returns its path.
inline std::string write_model(const std::string& path, const model::ModelConfig& config, std::uint64_t seed = 1,
                               bool context = false) {
  torch::manual_seed(seed);
  auto file = model::freeze_model(*model::make_model(config));
  if (context) {
    ContextTrainer trainer(file, one_thread());
    const auto picture = image::to_float_rgb(waves(64, 48, 3, 8));
    trainer.survey(picture, 40);
    for (const double quality : {20.0, 60.0}) trainer.learn(picture, quality);
    trainer.put(file);
  }
  write_file_atomically(path, bitstream::serialize_safetensors(file), true);
  return path;
}

}  // namespace imgcnn::codec
