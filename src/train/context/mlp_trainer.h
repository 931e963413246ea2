#pragma once
// Teaching the network of the context coder (entropy/context_mlp.h): logistic regression of the
// binary decisions of symbols, on top of the logits of their own distributions.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "imgcnn/entropy/context_coder.h"

namespace imgcnn::train {

/// One predicted symbol of a training picture.
struct ContextObservation {
  std::array<std::int8_t, entropy::kContextFeatures> features{};
  std::int16_t channel = 0;
  std::uint16_t coding_index = 0;
  std::int8_t symbol = 0;  ///< limited to +-kUnaryDecisions
};
using ContextObservations = std::vector<ContextObservation>;

/// What the decisions that may be corrected cost, in bits: by the distributions alone, and with the
/// network.
struct ContextBits {
  double before = 0;
  double after = 0;
};

/// Seeks the weights of least bits by AdamW in float32; weights are rounded in every forward pass
/// to the integers that coding uses, and gradients pass through the rounding (Bengio et al.,
/// arXiv:1308.3432).
class ContextMlpTrainer {
 public:
  /// What is known of an index that codes symbols.
  struct Index {
    entropy::IndexLogits logits;
    int quantizer = 0;
  };

  /// channels: of the latent; width: of the first layer, a multiple of
  /// ContextMlpWeights::kWidthStep.
  ContextMlpTrainer(int channels, int width, std::vector<Index> indexes, std::uint64_t seed);
  ~ContextMlpTrainer();
  ContextMlpTrainer(const ContextMlpTrainer&) = delete;
  ContextMlpTrainer& operator=(const ContextMlpTrainer&) = delete;

  /// Learns from what was observed, in random order, once, or as often as it takes for a few
  /// hundred steps where there is little. from, to: this part's share of the whole training, in [0,
  /// 1]. A channel's last few wait for the next part.
  void learn(const ContextObservations& observations, double from, double to);

  /// Bits of observations under the weights as they are now.
  [[nodiscard]] ContextBits bits(const ContextObservations& observations) const;

  /// The weights in integers. References and predictors are the caller's.
  [[nodiscard]] entropy::ContextMlpWeights weights(std::vector<std::int32_t> references,
                                                   std::vector<std::int32_t> predictors) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace imgcnn::train
