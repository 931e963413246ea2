#pragma once
// The cheapest way through a trellis and the mean of all, over what each symbol that takes part asks for. Only for
// trellis_search.cpp.
//
// The state is a shift register: its top bit is the quantiser, and becomes the lowest bit of the next one. So a state
// that is even is reached from the lower half of all states, one that is odd from the upper half, each from two states
// whose symbols differ in parity.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

#include "imgcnn/entropy/trellis.h"
#include "processor.h"

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

  /// The mean where all ways are the same to the rest.
  [[nodiscard]] float mean() const {
    return (moment[0][0] + moment[0][1] + moment[1][0] + moment[1][1]) /
           (mass[0][0] + mass[0][1] + mass[1][0] + mass[1][1]);
  }
};

/// Calls with the number of states as a constant: loops over states are unrolled.
template <class Use>
auto with_states(const Trellis& trellis, const Use& use) {
  static_assert(Trellis::kStates == 32 && Trellis::kMostStates == 1024);
  switch (trellis.states()) {
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

/// What is done for all states at once, in vectors: the compiler makes two of each where the processor has only half.
namespace ways {

constexpr std::size_t kLanes = 8, kFew = 4;

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
/// For exchanges: of eight they would go one by one where the processor has vectors of four.
using Few = float __attribute__((vector_size(kFew * sizeof(float))));

/// (Vectors are not returned: how that is done differs between processors.)
template <class Vector>
IMGCNN_INLINE void load(const float* from, Vector& lanes) {
  std::memcpy(&lanes, from, sizeof(lanes));
}
template <class Vector>
IMGCNN_INLINE void store(const Vector& lanes, float* to) {
  std::memcpy(to, &lanes, sizeof(lanes));
}

/// to[r] = from[r ^ (by / kFew * kFew + kWithin)].
template <std::size_t kCount, int kWithin>
IMGCNN_INLINE void exchange_within(const float* from, std::size_t by, float* to) {
  constexpr int w = kWithin;
  for (std::size_t r = 0; r < kCount; r += kFew) {
    Few few;
    load(from + (r ^ (by / kFew * kFew)), few);
    store(__builtin_shufflevector(few, few, w, 1 ^ w, 2 ^ w, 3 ^ w), to + r);
  }
}

/// to[r] = from[r ^ by].
template <std::size_t kCount>
IMGCNN_INLINE void exchange(const float* from, std::size_t by, float* to) {
  switch (by % kFew) {
    case 0:
      return exchange_within<kCount, 0>(from, by, to);
    case 1:
      return exchange_within<kCount, 1>(from, by, to);
    case 2:
      return exchange_within<kCount, 2>(from, by, to);
    default:
      return exchange_within<kCount, 3>(from, by, to);
  }
}

template <std::size_t kCount>
IMGCNN_INLINE float least_of(const std::array<float, kCount>& numbers) {
  std::array<float, kLanes> least;
  least.fill(std::numeric_limits<float>::infinity());
  for (std::size_t block = 0; block < kCount; block += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) least[k] = std::min(least[k], numbers[block + k]);
  }
  return *std::min_element(least.begin(), least.end());
}

IMGCNN_INLINE float sum_of(const Lanes& lanes) {
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

/// What masses sum up to. Of all ways the likeliest may be one that looks hopeless from either end, the more so the
/// more symbols a code remembers: so masses begin far above 1 and have twice the room to fall. Products are taken of
/// both over kRoot, and stay within floats, times any point of reconstruction too.
constexpr float kTotal = 0x1p100F, kRoot = 0x1p50F;

template <std::size_t kCount>
IMGCNN_INLINE void normalise(std::array<float, kCount>& masses) {
  Lanes sums{}, here;
  for (std::size_t r = 0; r < kCount; r += kLanes) {
    load(&masses[r], here);
    sums += here;
  }
  const float factor = kTotal / sum_of(sums);
  for (float& mass : masses) mass = mass * factor + std::numeric_limits<float>::min();
}

/// Bit k of the result is flags[k], 0 or 1.
IMGCNN_INLINE std::uint8_t packed(const std::uint8_t* flags) {
  std::uint64_t bytes = 0;
  for (unsigned k = 0; k < 8; ++k) bytes |= std::uint64_t{flags[k]} << 8 * k;
  // Byte k is shifted to bit 56 + k by one of the factor's bits; no other two sums of shifts meet.
  return static_cast<std::uint8_t>(bytes * 0x0102040810204080ULL >> 56);
}

}  // namespace ways

template <std::size_t kStates>
class TrellisWays {
 public:
  explicit TrellisWays(const Trellis& trellis)
      : feedback_(static_cast<std::size_t>(trellis.next(kStates / 2, false))),
        swap_(static_cast<std::size_t>(trellis.next(0, true)) / 2) {}

  /// The symbols of least cost in all, by the Viterbi algorithm.
  [[nodiscard]] std::vector<std::int32_t> cheapest(const std::vector<Choices>& choices) const {
#ifdef IMGCNN_AVX2_AT_HAND
    if (kHasAvx2) return cheapest_avx2(choices);
#endif
    return cheapest_anywhere(choices);
  }
  /// What symbols stand for in the mean over all ways, by the forward-backward algorithm.
  [[nodiscard]] std::vector<float> expected(const std::vector<Shares>& shares) const {
#ifdef IMGCNN_AVX2_AT_HAND
    if (kHasAvx2) return expected_avx2(shares);
#endif
    return expected_anywhere(shares);
  }

 private:
  static constexpr std::size_t kHalf = kStates / 2, kLanes = ways::kLanes;
  using Numbers = std::array<float, kStates>;  ///< one for each state
  using Half = std::array<float, kHalf>;
  /// For each state, in the order of the pairs that lead to them, whether the symbol on the best way there is odd: a
  /// bit each.
  using Parities = std::array<std::uint8_t, kStates / 8>;

  // Pair r of half h leads to one state: an even symbol from state r of the half, an odd one from state r ^ swap_.
  /// Numbers of the states that the pairs of both halves lead to, in the order of the states. (Returned by value, GCC
  /// 12 at -O3 hands over an array of 128 before it is written.)
  void reached(const Half& lower, const Half& upper, Numbers& states) const;
  /// The other way round.
  void leading(const Numbers& states, Half& lower, Half& upper) const;
  [[nodiscard]] std::vector<std::int32_t> cheapest_anywhere(const std::vector<Choices>& choices) const;
  [[nodiscard]] std::vector<float> expected_anywhere(const std::vector<Shares>& shares) const;
#ifdef IMGCNN_AVX2_AT_HAND
  // The same to the last bit: the same sums, and no multiplication fused with an addition.
  [[nodiscard]] __attribute__((target("avx2"))) std::vector<std::int32_t> cheapest_avx2(
      const std::vector<Choices>& choices) const {
    return cheapest_anywhere(choices);
  }
  [[nodiscard]] __attribute__((target("avx2"))) std::vector<float> expected_avx2(
      const std::vector<Shares>& shares) const {
    return expected_anywhere(shares);
  }
#endif
  [[nodiscard]] Parities step(const Choices& here, Numbers& least) const;
  void forward(const Shares& here, Numbers& masses) const;
  /// masses become those before the symbol; what it stands for in the mean, given those that lead to it.
  [[nodiscard]] float backward(const Shares& here, const Numbers& before, Numbers& masses) const;

  std::size_t feedback_, swap_;
};

template <std::size_t kStates>
IMGCNN_INLINE void TrellisWays<kStates>::reached(const Half& lower, const Half& upper, Numbers& states) const {
  Half odd;
  ways::exchange<kHalf>(upper.data(), feedback_ / 2, odd.data());
  for (std::size_t r = 0; r < kHalf; r += ways::kFew) {
    ways::Few evens, odds;
    ways::load(&lower[r], evens);
    ways::load(&odd[r], odds);
    ways::store(__builtin_shufflevector(evens, odds, 0, 4, 1, 5), &states[2 * r]);
    ways::store(__builtin_shufflevector(evens, odds, 2, 6, 3, 7), &states[2 * r + ways::kFew]);
  }
}

template <std::size_t kStates>
IMGCNN_INLINE void TrellisWays<kStates>::leading(const Numbers& states, Half& lower, Half& upper) const {
  Half odd;
  for (std::size_t r = 0; r < kHalf; r += ways::kFew) {
    ways::Few first, second;
    ways::load(&states[2 * r], first);
    ways::load(&states[2 * r + ways::kFew], second);
    ways::store(__builtin_shufflevector(first, second, 0, 2, 4, 6), &lower[r]);
    ways::store(__builtin_shufflevector(first, second, 1, 3, 5, 7), &odd[r]);
  }
  ways::exchange<kHalf>(odd.data(), feedback_ / 2, upper.data());
}

template <std::size_t kStates>
IMGCNN_INLINE auto TrellisWays<kStates>::step(const Choices& here, Numbers& least) const -> Parities {
  std::array<Half, 2> ways_there;
  std::array<std::uint8_t, kStates> odds;
  for (std::size_t half = 0; half < 2; ++half) {
    const float* const from = least.data() + half * kHalf;
    Half crossed;
    ways::exchange<kHalf>(from, swap_, crossed.data());
    const float even_cost = here[half][0].cost, odd_cost = here[half][1].cost;
    for (std::size_t r = 0; r < kHalf; ++r) {
      const float even = from[r] + even_cost, odd = crossed[r] + odd_cost;
      ways_there[half][r] = std::min(even, odd);
      odds[half * kHalf + r] = odd < even ? 1 : 0;
    }
  }
  reached(ways_there[0], ways_there[1], least);
  // Differences alone matter; sums over a whole picture would lose their digits.
  const float lowest = ways::least_of(least);
  for (float& cost : least) cost -= lowest;
  Parities parities;
  for (std::size_t i = 0; i < parities.size(); ++i) parities[i] = ways::packed(odds.data() + 8 * i);
  return parities;
}

template <std::size_t kStates>
IMGCNN_INLINE std::vector<std::int32_t> TrellisWays<kStates>::cheapest_anywhere(
    const std::vector<Choices>& choices) const {
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
    const std::size_t odd = parities[j][at / 8] >> at % 8 & 1;
    symbols[j] = choices[j][half][odd].symbol;
    state = half * kHalf + (odd == 0 ? r : r ^ swap_);
  }
  return symbols;
}

template <std::size_t kStates>
IMGCNN_INLINE void TrellisWays<kStates>::forward(const Shares& here, Numbers& masses) const {
  std::array<Half, 2> ways_there;
  for (std::size_t half = 0; half < 2; ++half) {
    const float* const from = masses.data() + half * kHalf;
    Half crossed;
    ways::exchange<kHalf>(from, swap_, crossed.data());
    for (std::size_t r = 0; r < kHalf; ++r)
      ways_there[half][r] = from[r] * here.mass[half][0] + crossed[r] * here.mass[half][1];
  }
  reached(ways_there[0], ways_there[1], masses);
  ways::normalise(masses);
}

template <std::size_t kStates>
IMGCNN_INLINE float TrellisWays<kStates>::backward(const Shares& here, const Numbers& before, Numbers& masses) const {
  std::array<Half, 2> to;
  leading(masses, to[0], to[1]);
  ways::Lanes sums{}, moments{};
  for (std::size_t half = 0; half < 2; ++half) {
    Half crossed;
    ways::exchange<kHalf>(to[half].data(), swap_, crossed.data());
    const auto& mass = here.mass[half];
    const auto& weighed = here.moment[half];
    for (std::size_t r = 0; r < kHalf; r += kLanes) {
      ways::Lanes even, odd, way;
      ways::load(&to[half][r], even);
      ways::load(&crossed[r], odd);
      ways::load(&before[half * kHalf + r], way);
      way /= ways::kRoot;
      const auto both = mass[0] * even + mass[1] * odd;
      ways::store(both, &masses[half * kHalf + r]);
      sums += way * (both / ways::kRoot);
      moments += way * ((weighed[0] * even + weighed[1] * odd) / ways::kRoot);
    }
  }
  ways::normalise(masses);
  const float sum = ways::sum_of(sums);
  return sum > 0 ? ways::sum_of(moments) / sum : here.mean();
}

template <std::size_t kStates>
IMGCNN_INLINE std::vector<float> TrellisWays<kStates>::expected_anywhere(const std::vector<Shares>& shares) const {
  // Masses of the way there are kept at the start of each block, and found again within it on the way back: of a large
  // tile, all of them would fill gigabytes.
  constexpr std::size_t kBlock = 512;
  std::vector<Numbers> starts, within;
  starts.reserve(shares.size() / kBlock + 1);
  within.reserve(kBlock);
  Numbers masses{};
  masses[0] = ways::kTotal;
  for (std::size_t j = 0; j < shares.size(); ++j) {
    if (j % kBlock == 0) starts.push_back(masses);
    forward(shares[j], masses);
  }
  std::vector<float> means(shares.size());
  masses.fill(ways::kTotal / kStates);
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
