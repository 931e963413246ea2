#pragma once
// Teaching the network that corrects the context model (entropy/context_network.h).

#include <cstdint>
#include <memory>
#include <vector>

#include "imgcnn/entropy/context_network.h"

namespace imgcnn::train {

using Observations = std::vector<entropy::ContextObservation>;

/// Bits of the decisions observed: as the context model has them, and with a network.
struct ObservedBits {
  double before = 0;
  double after = 0;
};
[[nodiscard]] ObservedBits observed_bits(const Observations& observations, const entropy::ContextNetwork& network);

/// Seeks the network of least bits by AdamW in float, each channel with a first layer of its own.
class ContextNetworkTrainer {
 public:
  /// channels: of the latent; width: of the first layer, one that ContextNetwork takes.
  ContextNetworkTrainer(int channels, int width, std::uint64_t seed);
  ~ContextNetworkTrainer();
  ContextNetworkTrainer(const ContextNetworkTrainer&) = delete;
  ContextNetworkTrainer& operator=(const ContextNetworkTrainer&) = delete;

  /// Learns from what was observed, in random order, once or, of little, as often as it takes for a few hundred steps.
  /// from, to: this part's share of the whole training, in [0, 1]. A channel's last few wait for the next part.
  void learn(const Observations& observations, double from, double to);

  /// What was learned, in the integers that coding uses.
  [[nodiscard]] entropy::ContextNetwork::Weights weights() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace imgcnn::train
