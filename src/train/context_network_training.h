#pragma once
// Teaching the network that corrects the context model (entropy/context_network.h).

#include <cstdint>
#include <optional>
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

/// A network of least bits on what was observed, by AdamW in float, rounded to the integers that coding uses. channels:
/// of the latent; width: of its first layer. Requires: observations not empty, a width that ContextNetwork takes.
[[nodiscard]] entropy::ContextNetwork::Weights train_context_network(const Observations& observations, int channels,
                                                                     int width, std::uint64_t seed);

}  // namespace imgcnn::train
