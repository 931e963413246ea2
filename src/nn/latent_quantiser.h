#pragma once
// The latent as a file of it holds it, for decoders that are taught on that.

#include <torch/torch.h>

#include "imgcnn/model/coding_tables.h"

namespace imgcnn::nn {

/// What became of latents.
struct QuantisedLatent {
  torch::Tensor values;  ///< that the symbols stand for, as the latents, float32
  torch::Tensor bits;    ///< of each latent under the table, [N] float32
};

/// The trellis and the table that a model file of a config is given, and the way of least cost through them.
class LatentQuantiser {
 public:
  explicit LatentQuantiser(const model::ModelConfig& config) : coding_(model::gaussian_coding(config)) {}

  /// Least bits under the table + rdo::kRdoqWeight * squared error, as the default effort starts. latent less its
  /// mean, rows (whole numbers): [N, M, h, w] float32. No gradient.
  [[nodiscard]] QuantisedLatent operator()(const torch::Tensor& latent, const torch::Tensor& rows) const;

 private:
  model::ScaleCoding coding_;
};

}  // namespace imgcnn::nn
