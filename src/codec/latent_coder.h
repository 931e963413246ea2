#pragma once
// Symbols of a picture <-> rANS streams, by the integer tables of a model. No floating point, no LibTorch.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imgcnn/base/checked_math.h"
#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/entropy/integer_scale_network.h"
#include "imgcnn/model/config.h"
#include "plane_coder.h"
#include "window.h"

namespace imgcnn::codec {

/// Size of the latent in positions.
struct LatentSize {
  int height = 0;
  int width = 0;
  [[nodiscard]] int hyper_height() const { return ceil_div(height, entropy::kHyperStride); }
  [[nodiscard]] int hyper_width() const { return ceil_div(width, entropy::kHyperStride); }
};

/// quality16: see entropy/quality.h. `context`: by the context coders, where there are any.
class LatentCoder {
 public:
  /// Throws kCorrupt naming the tensor.
  LatentCoder(const bitstream::TensorFile& model, const model::ModelConfig& config);

  /// Symbols of a hyper-latent [C, ceil(h / 4), ceil(w / 4)]: the nearest, but where a neighbour costs much less.
  [[nodiscard]] std::vector<std::int32_t> quantize_hyper(const std::vector<float>& z, LatentSize size,
                                                         int quality16) const;
  /// Appends the symbols [C, ceil(h / 4), ceil(w / 4)]. Requires: has_hyper(), symbols within +-kMaxSymbol.
  void encode_hyper(entropy::RansEncoder& encoder, const std::vector<std::int32_t>& symbols, LatentSize size,
                    int quality16, bool context) const;
  [[nodiscard]] std::vector<std::int32_t> decode_hyper(entropy::RansDecoder& decoder, LatentSize size, int quality16,
                                                       bool context) const;

  /// Rows of the latent's table for a window [M, w] of the latent, by the hyper symbols of the whole.
  [[nodiscard]] std::vector<std::uint16_t> latent_rows(const std::vector<std::int32_t>& hyper, LatentSize size,
                                                       const Window& w, int quality16) const;

  /// What symbols of the latent stand for.
  [[nodiscard]] std::vector<float> values(const std::vector<std::int32_t>& symbols,
                                          const std::vector<std::uint16_t>& rows, const Window& w) const {
    return latent_.values(symbols, rows, {w.height, w.width});
  }
  /// Whether they depend on each other; if not, they stand for themselves.
  [[nodiscard]] bool has_trellis() const { return !latent_.quantizer().empty(); }

  /// Symbols of least bits + weight * squared error for a window of the latent under its rows.
  [[nodiscard]] std::vector<std::int32_t> quantize(const std::vector<float>& latent,
                                                   const std::vector<std::uint16_t>& rows, const Window& w,
                                                   int quality16, bool context, float weight) const;
  /// Ways to code a window of the latent under its rows.
  [[nodiscard]] rdo::TrellisSearch search(const std::vector<std::uint16_t>& rows, const Window& w) const {
    return latent_.search(rows, {w.height, w.width});
  }
  /// How likely the context coder makes larger magnitudes than those of a window's symbols. Requires: has_context().
  [[nodiscard]] std::vector<rdo::OddsShift> odds(const std::vector<std::int32_t>& symbols,
                                                 const std::vector<std::uint16_t>& rows, const Window& w,
                                                 int quality16) const;
  /// Appends the symbols of a window. Requires: within +-kMaxSymbol.
  void encode(entropy::RansEncoder& encoder, const std::vector<std::int32_t>& symbols,
              const std::vector<std::uint16_t>& rows, const Window& w, int quality16, bool context) const;
  [[nodiscard]] std::vector<std::int32_t> decode(entropy::RansDecoder& decoder, const std::vector<std::uint16_t>& rows,
                                                 const Window& w, int quality16, bool context) const;

  [[nodiscard]] bool has_hyper() const { return scale_network_.has_value(); }
  [[nodiscard]] bool has_context() const { return latent_.has_context(); }

  /// The coders of the hyper-latent and of the latent.
  [[nodiscard]] const PlaneCoder& hyper_coder() const { return hyper_; }
  [[nodiscard]] const PlaneCoder& latent_coder() const { return latent_; }

  /// CDF indexes of the hyper-latent.
  [[nodiscard]] std::vector<std::uint16_t> hyper_rows(LatentSize size, int quality16) const;

 private:
  int latent_channels_, hyper_channels_, levels_;
  PlaneCoder hyper_, latent_;
  std::optional<entropy::IntegerScaleNetwork> scale_network_;
};

}  // namespace imgcnn::codec
