#pragma once
// Viterbi's algorithm and BCJR over the states of dependent quantization: the path of least cost
// through the trellis, and the mean over all paths. Viterbi, "Error bounds for convolutional codes
// and an asymptotically optimum decoding algorithm", IEEE Trans. Inf. Theory 1967; Bahl, Cocke,
// Jelinek, Raviv, "Optimal decoding of linear codes for minimizing symbol error rate", IEEE Trans.
// Inf. Theory 1974. Only for trellis_search.cpp.
//
// The state is a shift register: its top bit is the quantizer, and becomes the lowest bit of the
// next state. So an even state is reached from the lower half of all states, an odd one from the
// upper half, each from two states whose symbols differ in parity: a branch of the trellis is one
// parity in one state.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "imgcnn/base/simd/instruction_set.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "state_vectors.h"

namespace imgcnn::rdo {

/// The cheapest symbol of a branch and its cost in bits; infinite where there is none.
struct Branch {
  std::int32_t symbol = 0;
  float cost = std::numeric_limits<float>::infinity();

  /// Takes the other symbol where it costs less.
  void consider(std::int32_t other, float other_cost) {
    if (other_cost < cost) {
      symbol = other;
      cost = other_cost;
    }
  }
};

/// The branches of one symbol, [quantizer][parity]: they are the same for all states of a
/// quantizer.
using BranchCosts = std::array<std::array<Branch, 2>, 2>;

/// Likelihoods of one symbol's branches, [quantizer][parity], up to a factor common to all; and
/// each times the mean reconstruction point of its branch.
struct BranchLikelihoods {
  std::array<std::array<float, 2>, 2> likelihood{}, moment{};

  /// The mean reconstruction point where neighbours prefer no branch.
  [[nodiscard]] float mean() const {
    return (moment[0][0] + moment[0][1] + moment[1][0] + moment[1][1]) /
           (likelihood[0][0] + likelihood[0][1] + likelihood[1][0] + likelihood[1][1]);
  }
};

/// Calls `use` with the number of states as a constant, so that loops over states are unrolled.
template <class Use>
auto with_states(const entropy::DependentQuantizer& quantizer, const Use& use) {
  static_assert(entropy::DependentQuantizer::kDefaultStates == 32 &&
                entropy::DependentQuantizer::kMaxStates == 1024);
  switch (quantizer.states()) {
    case 64:
      return use(std::integral_constant<std::size_t, 64>{});
    case 128:
      return use(std::integral_constant<std::size_t, 128>{});
    case 256:
      return use(std::integral_constant<std::size_t, 256>{});
    case 512:
      return use(std::integral_constant<std::size_t, 512>{});
    case 1024:
      return use(std::integral_constant<std::size_t, 1024>{});
    default:
      return use(std::integral_constant<std::size_t, 32>{});
  }
}

/// Finds paths through a trellis of kStates states, over the branch metrics of the dependent
/// symbols in coding order. Every path begins in state 0 and may end in any.
template <std::size_t kStates>
class TrellisDecoder {
 public:
  explicit TrellisDecoder(const entropy::DependentQuantizer& quantizer)
      : feedback_(static_cast<std::size_t>(quantizer.next(kStates / 2, false))),
        swap_(static_cast<std::size_t>(quantizer.next(0, true)) / 2) {}

  /// Returns the symbols of the path of least total cost.
  [[nodiscard]] std::vector<std::int32_t> viterbi(const std::vector<BranchCosts>& costs) const {
#ifdef IMGCNN_AVX2_AT_HAND
    if (simd::has_avx2()) return viterbi_avx2(costs);
#endif
    return viterbi_portable(costs);
  }

  /// Returns for each symbol the mean reconstruction point over all paths, a path weighed by the
  /// product of its likelihoods.
  [[nodiscard]] std::vector<float> posterior_mean(
      const std::vector<BranchLikelihoods>& branches) const {
#ifdef IMGCNN_AVX2_AT_HAND
    if (simd::has_avx2()) return posterior_mean_avx2(branches);
#endif
    return posterior_mean_portable(branches);
  }

 private:
  static constexpr std::size_t kHalf = kStates / 2, kLanes = states::kLanes;
  using Numbers = std::array<float, kStates>;  ///< one for each state
  using Half = std::array<float, kHalf>;       ///< one for each state of a quantizer
  /// A bit for each pair of branches, whether its odd one is taken; pairs in the order of
  /// `to_next`.
  using Parities = std::array<std::uint8_t, kStates / 8>;

  // Pair r of a half leads to one state: an even symbol from state r of the half, an odd one from
  // state r ^ swap_.
  /// Moves numbers of the pairs of both halves to the states that they lead to. (Returned by value,
  /// GCC 12 at -O3 hands over an array of 128 before it is written.)
  void to_next(const Half& lower, const Half& upper, Numbers& next) const;
  /// Inverse of `to_next`.
  void from_next(const Numbers& next, Half& lower, Half& upper) const;
  [[nodiscard]] std::vector<std::int32_t> viterbi_portable(
      const std::vector<BranchCosts>& costs) const;
  [[nodiscard]] std::vector<float> posterior_mean_portable(
      const std::vector<BranchLikelihoods>& branches) const;
#ifdef IMGCNN_AVX2_AT_HAND
  // These agree with the portable ones to the last bit: the same sums, and no multiplication fused
  // with an addition.
  [[nodiscard]] __attribute__((target("avx2"))) std::vector<std::int32_t> viterbi_avx2(
      const std::vector<BranchCosts>& costs) const {
    return viterbi_portable(costs);
  }
  [[nodiscard]] __attribute__((target("avx2"))) std::vector<float> posterior_mean_avx2(
      const std::vector<BranchLikelihoods>& branches) const {
    return posterior_mean_portable(branches);
  }
#endif
  /// Moves the least costs of paths to each state over one symbol; returns which branches they
  /// take.
  [[nodiscard]] Parities step(const BranchCosts& here, Numbers& least) const;
  /// Moves forward likelihoods over one symbol.
  void forward(const BranchLikelihoods& here, Numbers& likelihoods) const;
  /// Moves backward likelihoods over one symbol, and returns its mean given the forward ones in
  /// front of it.
  [[nodiscard]] float backward(const BranchLikelihoods& here, const Numbers& before,
                               Numbers& likelihoods) const;

  std::size_t feedback_, swap_;
};

template <std::size_t kStates>
IMGCNN_INLINE void TrellisDecoder<kStates>::to_next(const Half& lower, const Half& upper,
                                                    Numbers& next) const {
  Half odd;
  states::exchange<kHalf>(upper.data(), feedback_ / 2, odd.data());
  for (std::size_t r = 0; r < kHalf; r += states::kFewLanes) {
    states::Float4 evens, odds;
    states::load(&lower[r], evens);
    states::load(&odd[r], odds);
    states::store(__builtin_shufflevector(evens, odds, 0, 4, 1, 5), &next[2 * r]);
    states::store(__builtin_shufflevector(evens, odds, 2, 6, 3, 7),
                  &next[2 * r + states::kFewLanes]);
  }
}

template <std::size_t kStates>
IMGCNN_INLINE void TrellisDecoder<kStates>::from_next(const Numbers& next, Half& lower,
                                                      Half& upper) const {
  Half odd;
  for (std::size_t r = 0; r < kHalf; r += states::kFewLanes) {
    states::Float4 first, second;
    states::load(&next[2 * r], first);
    states::load(&next[2 * r + states::kFewLanes], second);
    states::store(__builtin_shufflevector(first, second, 0, 2, 4, 6), &lower[r]);
    states::store(__builtin_shufflevector(first, second, 1, 3, 5, 7), &odd[r]);
  }
  states::exchange<kHalf>(odd.data(), feedback_ / 2, upper.data());
}

template <std::size_t kStates>
IMGCNN_INLINE auto TrellisDecoder<kStates>::step(const BranchCosts& here, Numbers& least) const
    -> Parities {
  std::array<Half, 2> survivors;
  std::array<std::uint8_t, kStates> odds;
  for (std::size_t half = 0; half < 2; ++half) {
    const float* const from = least.data() + half * kHalf;
    Half crossed;
    states::exchange<kHalf>(from, swap_, crossed.data());
    const float even_cost = here[half][0].cost, odd_cost = here[half][1].cost;
    for (std::size_t r = 0; r < kHalf; ++r) {
      const float even = from[r] + even_cost, odd = crossed[r] + odd_cost;
      survivors[half][r] = std::min(even, odd);
      odds[half * kHalf + r] = odd < even ? 1 : 0;
    }
  }
  to_next(survivors[0], survivors[1], least);
  // Differences alone matter; sums over a whole picture would lose their digits.
  const float lowest = states::smallest(least);
  for (float& cost : least) cost -= lowest;
  Parities parities;
  for (std::size_t i = 0; i < parities.size(); ++i)
    parities[i] = states::packed(odds.data() + 8 * i);
  return parities;
}

template <std::size_t kStates>
IMGCNN_INLINE std::vector<std::int32_t> TrellisDecoder<kStates>::viterbi_portable(
    const std::vector<BranchCosts>& costs) const {
  std::vector<Parities> parities;
  parities.reserve(costs.size());
  Numbers least;
  least.fill(std::numeric_limits<float>::infinity());
  least[0] = 0;
  for (const BranchCosts& here : costs) parities.push_back(step(here, least));

  std::vector<std::int32_t> symbols(costs.size());
  auto state =
      static_cast<std::size_t>(std::min_element(least.begin(), least.end()) - least.begin());
  for (std::size_t j = costs.size(); j-- > 0;) {
    const std::size_t half = state & 1, r = (half == 0 ? state : state ^ feedback_) / 2,
                      at = half * kHalf + r;
    const std::size_t odd = parities[j][at / 8] >> at % 8 & 1;
    symbols[j] = costs[j][half][odd].symbol;
    state = half * kHalf + (odd == 0 ? r : r ^ swap_);
  }
  return symbols;
}

template <std::size_t kStates>
IMGCNN_INLINE void TrellisDecoder<kStates>::forward(const BranchLikelihoods& here,
                                                    Numbers& likelihoods) const {
  std::array<Half, 2> sums;
  for (std::size_t half = 0; half < 2; ++half) {
    const float* const from = likelihoods.data() + half * kHalf;
    Half crossed;
    states::exchange<kHalf>(from, swap_, crossed.data());
    for (std::size_t r = 0; r < kHalf; ++r)
      sums[half][r] = from[r] * here.likelihood[half][0] + crossed[r] * here.likelihood[half][1];
  }
  to_next(sums[0], sums[1], likelihoods);
  states::normalize(likelihoods);
}

template <std::size_t kStates>
IMGCNN_INLINE float TrellisDecoder<kStates>::backward(const BranchLikelihoods& here,
                                                      const Numbers& before,
                                                      Numbers& likelihoods) const {
  std::array<Half, 2> to;
  from_next(likelihoods, to[0], to[1]);
  states::Float8 sums{}, moments{};
  for (std::size_t half = 0; half < 2; ++half) {
    Half crossed;
    states::exchange<kHalf>(to[half].data(), swap_, crossed.data());
    const auto& likelihood = here.likelihood[half];
    const auto& moment = here.moment[half];
    for (std::size_t r = 0; r < kHalf; r += kLanes) {
      states::Float8 even, odd, ahead;
      states::load(&to[half][r], even);
      states::load(&crossed[r], odd);
      states::load(&before[half * kHalf + r], ahead);
      ahead /= states::kRoot;
      const auto both = likelihood[0] * even + likelihood[1] * odd;
      states::store(both, &likelihoods[half * kHalf + r]);
      sums += ahead * (both / states::kRoot);
      moments += ahead * ((moment[0] * even + moment[1] * odd) / states::kRoot);
    }
  }
  states::normalize(likelihoods);
  const float sum = states::sum_of(sums);
  return sum > 0 ? states::sum_of(moments) / sum : here.mean();
}

template <std::size_t kStates>
IMGCNN_INLINE std::vector<float> TrellisDecoder<kStates>::posterior_mean_portable(
    const std::vector<BranchLikelihoods>& branches) const {
  // Forward likelihoods are kept at the start of each block, and found again within it on the way
  // back: of a large tile, all of them would fill gigabytes.
  constexpr std::size_t kBlock = 512;
  std::vector<Numbers> starts, within;
  starts.reserve(branches.size() / kBlock + 1);
  within.reserve(kBlock);
  Numbers likelihoods{};
  likelihoods[0] = states::kTotal;
  for (std::size_t j = 0; j < branches.size(); ++j) {
    if (j % kBlock == 0) starts.push_back(likelihoods);
    forward(branches[j], likelihoods);
  }
  std::vector<float> means(branches.size());
  likelihoods.fill(states::kTotal / kStates);
  for (std::size_t block = starts.size(); block-- > 0;) {
    const std::size_t begin = block * kBlock, end = std::min(begin + kBlock, branches.size());
    within.assign(1, starts[block]);
    for (std::size_t j = begin; j + 1 < end; ++j) {
      Numbers next = within.back();
      forward(branches[j], next);
      within.push_back(next);
    }
    for (std::size_t j = end; j-- > begin;)
      means[j] = backward(branches[j], within[j - begin], likelihoods);
  }
  return means;
}

}  // namespace imgcnn::rdo
