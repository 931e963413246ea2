#pragma once
// The cheapest way through a trellis and the mean of all, over what each symbol that takes part asks for. Only for trellis_search.cpp.
//
// The state is a shift register: its top bit is the quantiser, and becomes the lowest bit of the next one. So a state that is even is
// reached from the lower half of all states, one that is odd from the upper half, each from two states whose symbols differ in parity.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "imgcnn/entropy/trellis.h"

namespace imgcnn::entropy {

/// A symbol and its cost.
struct Choice {
  std::int32_t symbol = 0;
  float cost = std::numeric_limits<float>::infinity();
  void consider(std::int32_t other, float other_cost) {
    if (other_cost < cost) symbol = other, cost = other_cost;
  }
};

/// The best choices for one symbol: of each quantiser the even and the odd one.
using Choices = std::array<std::array<Choice, 2>, 2>;

/// Probabilities of the even and the odd symbols of each quantiser, not normalised, and their values weighed by these.
struct Shares {
  std::array<std::array<float, 2>, 2> mass{}, moment{};
};

/// Calls with the number of states as a constant: loops over states are unrolled.
template <class Use>
auto with_states(const Trellis& trellis, const Use& use) {
  static_assert(Trellis::kStates == 32 && Trellis::kMostStates == 256);
  switch (trellis.states()) {
    case 64: return use(std::integral_constant<std::size_t, 64>{});
    case 128: return use(std::integral_constant<std::size_t, 128>{});
    case 256: return use(std::integral_constant<std::size_t, 256>{});
    default: return use(std::integral_constant<std::size_t, 32>{});
  }
}

template <std::size_t kStates>
class TrellisWays {
 public:
  explicit TrellisWays(const Trellis& trellis)
      : feedback_(static_cast<std::size_t>(trellis.next(kStates / 2, false))), swap_(static_cast<std::size_t>(trellis.next(0, true)) / 2) {}

  /// The symbols of least cost in all, by the Viterbi algorithm.
  [[nodiscard]] std::vector<std::int32_t> cheapest(const std::vector<Choices>& choices) const;
  /// What symbols stand for in the mean over all ways, by the forward-backward algorithm.
  [[nodiscard]] std::vector<float> expected(const std::vector<Shares>& shares) const;

 private:
  static constexpr std::size_t kHalf = kStates / 2, kWord = 16, kWords = kStates / kWord;
  using Numbers = std::array<float, kStates>;  ///< one for each state
  /// For each state, in the order of the pairs that lead to them, whether the symbol on the best way there is odd.
  using Parities = std::array<std::uint16_t, kWords>;

  /// The state that pair r of half h leads to: an even symbol from state r of the half, an odd one from state r ^ swap_.
  [[nodiscard]] std::size_t reached(std::size_t half, std::size_t r) const { return half == 0 ? 2 * r : (2 * r) ^ feedback_; }
  [[nodiscard]] Parities step(const Choices& here, Numbers& least) const;
  void forward(const Shares& here, Numbers& masses) const;
  /// masses become those before the symbol; what it stands for in the mean, given those that lead to it.
  [[nodiscard]] float backward(const Shares& here, const Numbers& before, Numbers& masses) const;

  static void normalise(Numbers& masses) {
    float sum = 0;
    for (const float mass : masses) sum += mass;
    for (float& mass : masses) mass = mass / sum + std::numeric_limits<float>::min();
  }

  std::size_t feedback_, swap_;
};

template <std::size_t kStates>
auto TrellisWays<kStates>::step(const Choices& here, Numbers& least) const -> Parities {
  Parities odds{};
  Numbers next;
  for (std::size_t half = 0; half < 2; ++half) {
    const float* const from = least.data() + half * kHalf;
    const float even_cost = here[half][0].cost, odd_cost = here[half][1].cost;
    for (std::size_t r = 0; r < kHalf; ++r) {
      const float even = from[r] + even_cost, odd = from[r ^ swap_] + odd_cost;
      next[reached(half, r)] = std::min(even, odd);
      const std::size_t at = half * kHalf + r;
      odds[at / kWord] = static_cast<std::uint16_t>(odds[at / kWord] | (odd < even ? 1U : 0U) << at % kWord);
    }
  }
  // Differences alone matter; sums over a whole picture would lose their digits.
  const float lowest = *std::min_element(next.begin(), next.end());
  for (std::size_t state = 0; state < kStates; ++state) least[state] = next[state] - lowest;
  return odds;
}

template <std::size_t kStates>
std::vector<std::int32_t> TrellisWays<kStates>::cheapest(const std::vector<Choices>& choices) const {
  std::vector<Parities> parities;
  parities.reserve(choices.size());
  Numbers least;
  least.fill(std::numeric_limits<float>::infinity());
  least[0] = 0;
  for (const Choices& here : choices) parities.push_back(step(here, least));

  std::vector<std::int32_t> symbols(choices.size());
  auto state = static_cast<std::size_t>(std::min_element(least.begin(), least.end()) - least.begin());
  for (std::size_t j = choices.size(); j-- > 0;) {
    const std::size_t half = state & 1, r = (half == 0 ? state : state ^ feedback_) / 2, at = half * kHalf + r;
    const std::size_t odd = parities[j][at / kWord] >> at % kWord & 1;
    symbols[j] = choices[j][half][odd].symbol;
    state = half * kHalf + (odd == 0 ? r : r ^ swap_);
  }
  return symbols;
}

template <std::size_t kStates>
void TrellisWays<kStates>::forward(const Shares& here, Numbers& masses) const {
  Numbers next;
  for (std::size_t half = 0; half < 2; ++half) {
    const float* const from = masses.data() + half * kHalf;
    for (std::size_t r = 0; r < kHalf; ++r) next[reached(half, r)] = from[r] * here.mass[half][0] + from[r ^ swap_] * here.mass[half][1];
  }
  normalise(next);
  masses = next;
}

template <std::size_t kStates>
float TrellisWays<kStates>::backward(const Shares& here, const Numbers& before, Numbers& masses) const {
  Numbers result;
  float sum = 0, moment = 0;
  for (std::size_t half = 0; half < 2; ++half) {
    std::array<float, kHalf> to;
    for (std::size_t r = 0; r < kHalf; ++r) to[r] = masses[reached(half, r)];
    const auto& mass = here.mass[half];
    const auto& weighed = here.moment[half];
    for (std::size_t r = 0; r < kHalf; ++r) {
      const float even = to[r], odd = to[r ^ swap_], way = before[half * kHalf + r];
      result[half * kHalf + r] = mass[0] * even + mass[1] * odd;
      sum += way * result[half * kHalf + r];
      moment += way * (weighed[0] * even + weighed[1] * odd);
    }
  }
  normalise(result);
  masses = result;
  return moment / sum;
}

template <std::size_t kStates>
std::vector<float> TrellisWays<kStates>::expected(const std::vector<Shares>& shares) const {
  // Masses of the way there are kept at the start of each block, and found again within it on the way back: of a large tile, all of them
  // would fill gigabytes.
  constexpr std::size_t kBlock = 512;
  std::vector<Numbers> starts, within;
  starts.reserve(shares.size() / kBlock + 1);
  within.reserve(kBlock);
  Numbers masses{};
  masses[0] = 1;
  for (std::size_t j = 0; j < shares.size(); ++j) {
    if (j % kBlock == 0) starts.push_back(masses);
    forward(shares[j], masses);
  }
  std::vector<float> means(shares.size());
  masses.fill(1);
  for (std::size_t block = starts.size(); block-- > 0;) {
    const std::size_t begin = block * kBlock, end = std::min(begin + kBlock, shares.size());
    within.assign(1, starts[block]);
    for (std::size_t j = begin; j + 1 < end; ++j) {
      Numbers next = within.back();
      forward(shares[j], next);
      within.push_back(next);
    }
    for (std::size_t j = end; j-- > begin;) means[j] = backward(shares[j], within[j - begin], masses);
  }
  return means;
}

}  // namespace imgcnn::entropy
