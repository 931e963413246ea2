#pragma once
// The latent as a decoder gets it from a file, for training a decoder on the quantization that it
// will meet: trellis-coded quantization (rdo/trellis_search.h) in place of additive noise.

#include <torch/torch.h>

#include "imgcnn/model/coding_tables.h"

namespace imgcnn::nn {

/// Quantized latents and what they cost.
struct QuantizedLatent {
  torch::Tensor values;  ///< reconstruction points, shape and units of the latents, float32
  torch::Tensor bits;    ///< bits of each latent under the static table, [N] float32
};

/// Quantizes by the dependent quantizer and the table that a model file of this config is given.
class LatentQuantizer {
 public:
  explicit LatentQuantizer(const model::ModelConfig& config)
      : coding_(model::gaussian_coding(config)) {}

  /// Returns the latent of least bits under the table + rdo::kRdoqWeight * squared error, as the
  /// default effort starts. latent, less its mean, and cdf_indexes, whole numbers: [N, M, h, w]
  /// float32 on any device. Has no gradient.
  [[nodiscard]] QuantizedLatent operator()(const torch::Tensor& latent,
                                           const torch::Tensor& cdf_indexes) const;

 private:
  model::ScaleCoding coding_;
};

}  // namespace imgcnn::nn
