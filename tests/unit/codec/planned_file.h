#pragma once
// Files by any plan, not only those that the encoder makes.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "codec/network_factory.h"
#include "codec/picture_encoder.h"
#include "codec/test_model.h"
#include "imgcnn/bitstream/container.h"

namespace imgcnn::codec {

/// A tiny model, in the open and as a codec.
struct PlannedFiles {
  explicit PlannedFiles(const model::ModelConfig& model_config, bool context = false)
      : config(model_config),
        path(write_model(folder / "m.safetensors", config, 1, context)),
        tensors(bitstream::parse_safetensors(read_file(path), path)),
        network(make_network(tensors, config, one_thread(), pool)),
        coder(tensors, config),
        codec(path, one_thread()) {}

  [[nodiscard]] ModelParts parts() { return {*network, config, coder, pool}; }
  [[nodiscard]] static PixelSource pixels(const image::Image& picture) {
    return [&picture](const Rect& w) {
      return image::to_float_rgb(picture, w.x, w.y, w.width, w.height);
    };
  }
  /// The encoder's own plan.
  [[nodiscard]] CodingPlan plan(const image::Image& picture, int quality) const {
    return CodingPlan::make(picture.width, picture.height, 16 * quality,
                            coder.latent().context().has_value(), config);
  }
  /// A picture by a plan.
  [[nodiscard]] Bytes file(const image::Image& picture, const CodingPlan& plan) {
    auto coded = encode_picture(parts(), pixels(picture), {}, plan, EffortPlan{}, {});
    auto container = bitstream::parse_container(codec.encode(picture, {}).bytes, {}, "x");
    plan.write(container.header);
    container.coarse = std::move(coded.coarse);
    container.detail = std::move(coded.detail);
    return bitstream::serialize_container(container);
  }

  TempDir folder;
  model::ModelConfig config;
  std::string path;
  bitstream::TensorFile tensors;
  ThreadPool pool{1};
  std::unique_ptr<model::Network> network;
  LatentCoder coder;
  Codec codec;
};

/// Damage in any byte of a section, whose checksum was made to fit it, is refused or changes no
/// sample.
inline void expect_no_damage_passes(const Codec& codec, const bitstream::Container& container,
                                    Bytes bitstream::Container::*section,
                                    const DecodeOptions& options) {
  const auto expected = codec.decode(bitstream::serialize_container(container), options).samples;
  for (std::size_t i = 0; i < (container.*section).size(); ++i) {
    auto damaged = container;
    (damaged.*section)[i] ^= 0x04;
    try {
      EXPECT_EQ(codec.decode(bitstream::serialize_container(damaged), options).samples, expected)
          << i;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kCorrupt) << i;
    }
  }
}

}  // namespace imgcnn::codec
