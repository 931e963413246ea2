#pragma once
// Parts of an adaptive binary model in integers: logistic scale, counters, and the mixing of their opinions.
// Source: Mahoney, "Adaptive weighing of context models for lossless data compression", TR CS-2005-16.

#include <algorithm>
#include <array>
#include <cstdint>

#include "context/logistic_scale.h"

namespace imgcnn::entropy {

/// Probability of a one in 22 bits above how often it was seen in 10: moves by 1 / (seen + 1.6) of the error.
class Counter {
 public:
  static constexpr std::uint32_t kStart = std::uint32_t{1} << 31;
  static constexpr int kSeenBits = 10;
  static constexpr std::uint32_t kSeenMask = (1U << kSeenBits) - 1;

  [[nodiscard]] static std::int32_t probability(std::uint32_t state) { return static_cast<std::int32_t>(state >> 16); }

  /// `limit` bounds what was seen, hence how slow the counter becomes; <= kSeenMask.
  static void update(std::uint32_t& state, bool bit, std::uint32_t limit) {
    const std::uint32_t seen = state & kSeenMask;
    const std::int64_t p = state >> kSeenBits;
    const std::int64_t target = bit ? (std::int64_t{1} << 22) - 1 : 0;
    // Rounded towards minus infinity by the shift: p stays within 0 .. 2^22 - 1, as the reciprocal is below 1.
    const auto moved = static_cast<std::uint32_t>(p + (((target - p) * kReciprocal[seen]) >> 16));
    state = moved << kSeenBits | std::min(seen + 1, std::max(seen, limit));
  }

  /// Forgets how often the state was seen beyond `limit`, so that it adapts again.
  static void relax(std::uint32_t& state, std::uint32_t limit) {
    state = (state & ~kSeenMask) | std::min(state & kSeenMask, limit);
  }

 private:
  static constexpr std::array<std::int32_t, kSeenMask + 1> reciprocals() {
    std::array<std::int32_t, kSeenMask + 1> table{};
    for (std::size_t n = 0; n < table.size(); ++n) table[n] = static_cast<std::int32_t>(65536 * 5 / (5 * n + 8));
    return table;
  }
  static const std::array<std::int32_t, kSeenMask + 1> kReciprocal;
};

inline constexpr std::array<std::int32_t, Counter::kSeenMask + 1> Counter::kReciprocal = Counter::reciprocals();

/// Weighted sum of logits, weights in units of 2^-16, moved along the gradient of the coding cost.
template <std::size_t N>
struct Mix {
  static constexpr std::int32_t kWeightLimit = 1 << 20;

  [[nodiscard]] static std::int32_t logit(const std::int32_t* weights, const std::array<std::int32_t, N>& inputs) {
    std::int64_t sum = 0;
    for (std::size_t j = 0; j < N; ++j) sum += std::int64_t{weights[j]} * inputs[j];
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(sum >> 16, -kLogitLimit, kLogitLimit));
  }

  /// error: bit * 65536 - probability, times the learning rate; at most 2^19 in magnitude.
  static void update(std::int32_t* weights, const std::array<std::int32_t, N>& inputs, std::int32_t error) {
    for (std::size_t j = 0; j < N; ++j) {
      const auto step = static_cast<std::int32_t>((std::int64_t{inputs[j]} * error + (1 << 17)) >> 18);
      weights[j] = std::clamp(weights[j] + step, -kWeightLimit, kWeightLimit);
    }
  }
};

/// The same in 32 bits, which vectorises: weights are read in units of 2^-12. Requires: the magnitudes of all inputs
/// sum to less than 2^16, |error| < 2^19 / 3.
template <std::size_t N>
struct NarrowMix {
  static constexpr std::int32_t kWeightLimit = 1 << 19;

  [[nodiscard]] static std::int32_t logit(const std::int32_t* weights, const std::array<std::int32_t, N>& inputs) {
    std::int32_t sum = 0;
    for (std::size_t j = 0; j < N; ++j) sum += (weights[j] >> 4) * inputs[j];
    return std::clamp(sum >> 12, -kLogitLimit, kLogitLimit);
  }

  static void update(std::int32_t* weights, const std::array<std::int32_t, N>& inputs, std::int32_t error) {
    for (std::size_t j = 0; j < N; ++j) {
      const std::int32_t moved = weights[j] + ((inputs[j] * error + (1 << 17)) >> 18);
      weights[j] = std::clamp(moved, -kWeightLimit, kWeightLimit);
    }
  }
};

}  // namespace imgcnn::entropy
