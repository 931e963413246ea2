#pragma once
// Symbols of a picture <-> one rANS stream, by the integer tables of a model. No floating point, no LibTorch.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imgcnn/base/checked_math.h"
#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/entropy/scale_projection.h"
#include "imgcnn/model/config.h"
#include "plane_coder.h"

namespace imgcnn::codec {

/// What a stream holds: hyper-latent [C, ceil(h / 4), ceil(w / 4)] (empty without one) and latent [M, h, w].
struct Symbols {
  std::vector<std::int32_t> hyper;
  std::vector<std::int32_t> latent;
};

/// Size of the latent in positions.
struct LatentSize {
  int height = 0;
  int width = 0;
  [[nodiscard]] int hyper_height() const { return ceil_div(height, entropy::kHyperStride); }
  [[nodiscard]] int hyper_width() const { return ceil_div(width, entropy::kHyperStride); }
};

class LatentCoder {
 public:
  /// Throws kCorrupt naming the tensor.
  LatentCoder(const bitstream::TensorFile& model, const model::ModelConfig& config);

  /// Symbols of a hyper-latent [C, ceil(h / 4), ceil(w / 4)]: the nearest, but where a neighbour costs much less.
  [[nodiscard]] std::vector<std::int32_t> quantise_hyper(const std::vector<float>& z, LatentSize size, int quality16) const;

  /// Symbols of least bits + weight * squared error for latents [M, h, w] under hyper symbols, by the model that `context`
  /// says.
  [[nodiscard]] std::vector<std::int32_t> quantise(const std::vector<float>& latent, const std::vector<std::int32_t>& hyper,
                                                   LatentSize size, int quality16, bool context, float weight) const;

  /// Rows of latent_table() under which the latent is coded where there is no context.
  [[nodiscard]] std::vector<std::uint16_t> latent_rows(const std::vector<std::int32_t>& hyper, LatentSize size,
                                                       int quality16) const;
  [[nodiscard]] const entropy::CdfTable& latent_table() const { return latent_.table(); }

  /// `context`: code by the context models. Requires: symbols of the given size, each within +-kMaxSymbol; for
  /// `context`, has_context().
  [[nodiscard]] Bytes encode(const Symbols& symbols, LatentSize size, int quality16, bool context) const;

  /// Inverse. Throws kCorrupt naming `origin`.
  [[nodiscard]] Symbols decode(ByteSpan stream, LatentSize size, int quality16, bool context, const std::string& origin) const;

  /// Size in bytes of a stream of the hyper symbols alone: their share of a whole one.
  [[nodiscard]] std::size_t hyper_bytes(const Symbols& symbols, LatentSize size, int quality16, bool context) const;

  /// Lets the context models learn from a picture's symbols.
  void learn(const Symbols& symbols, LatentSize size, int quality16);
  /// Ends learning and puts into the model file what was learned.
  void put_learned(bitstream::TensorFile& model);

  [[nodiscard]] bool has_hyper() const { return projection_.has_value(); }
  [[nodiscard]] bool has_context() const { return latent_.has_context(); }

 private:
  [[nodiscard]] std::vector<std::uint16_t> hyper_rows(LatentSize size, int quality16) const;

  int latent_channels_, hyper_channels_, levels_;
  PlaneCoder hyper_, latent_;
  std::optional<entropy::ScaleProjection> projection_;
};

}  // namespace imgcnn::codec
