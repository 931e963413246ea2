#pragma once
// Probability models of the latents during training, and the frozen integers that coding uses
// instead.

#include <torch/torch.h>

#include <utility>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/nn/layers.h"

namespace imgcnn::nn {

/// Bits of each symbol under a zero-mean Gaussian of `sigma`, convolved with the unit bin:
/// -log2(Phi((v + .5) / sigma) - Phi((v - .5) / sigma)). v, sigma: same shape, float32.
/// Source: Minnen, Balle, Toderici, NeurIPS 2018, section 2.
[[nodiscard]] torch::Tensor gaussian_bits(const torch::Tensor& v, const torch::Tensor& sigma);

/// Factorized prior: per channel a mixture of three logistics on the latent before its rate factor,
/// so that one density serves all rates: the bin of symbol k at rate factor g is [(k - .5) / g, (k
/// + .5) / g].
class FactorizedPriorImpl : public torch::nn::Module {
 public:
  explicit FactorizedPriorImpl(std::int64_t channels);

  /// v: symbols or noisy symbols [N, C, H, W]; gain: [N, C, 1, 1]. Returns bits [N, C, H, W].
  torch::Tensor bits(const torch::Tensor& v, const torch::Tensor& gain);

  /// Integer tables at `levels` rates: row l * channels + c holds channel c at level l, whose gain
  /// is taken from `gain` (RateVectors of as many channels). Requires: weights on the CPU.
  [[nodiscard]] entropy::CdfTable freeze(RateVectors gain, int levels) const;

 private:
  /// Probabilities of the integers first .. last of a channel.
  [[nodiscard]] std::vector<double> pmf(std::int64_t channel, double gain, int first,
                                        int last) const;
  /// Interval around the density's bulk outside of which less than `tail` remains on either side.
  [[nodiscard]] std::pair<int, int> support(std::int64_t channel, double gain, double tail,
                                            int limit) const;
  torch::Tensor cumulative(const torch::Tensor& v);
  [[nodiscard]] double cumulative_at(std::int64_t channel, double v) const;

  torch::Tensor weight_logits_, means_, log_scales_;  ///< [3, C]
};
TORCH_MODULE(FactorizedPrior);

}  // namespace imgcnn::nn
