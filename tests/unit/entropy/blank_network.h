#pragma once
// Correcting networks to fill in.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/context_network.h"

namespace imgcnn::entropy {

/// A network of zeros: it corrects nothing.
inline ContextNetwork::Weights blank_network(std::size_t channels, std::size_t width) {
  using N = ContextNetwork;
  return {std::vector<std::int16_t>(width * N::kFeatures),       std::vector<std::int32_t>(channels * width),
          std::vector<std::int16_t>(N::kNarrow * width),         std::vector<std::int32_t>(N::kNarrow),
          std::vector<std::int16_t>(N::kDecisions * N::kNarrow), std::vector<std::int32_t>(channels * N::kDecisions)};
}

/// Calls with each part of a network and the largest magnitude that it may hold.
template <class Use>
void for_each_part(ContextNetwork::Weights& weights, const Use& use) {
  using N = ContextNetwork;
  use(weights.first, 32767);
  use(weights.first_bias, N::kMostBias);
  use(weights.second, N::most_weight(weights.second.size() / N::kNarrow));
  use(weights.second_bias, N::kMostBias);
  use(weights.third, N::most_weight(N::kNarrow));
  use(weights.third_bias, N::kMostBias);
}

}  // namespace imgcnn::entropy
