#pragma once
// Viterbi's algorithm and BCJR over the states of dependent quantization: the path of least cost
// through the trellis, and the mean over all paths. Viterbi, "Error bounds for convolutional codes
// and an asymptotically optimum decoding algorithm", IEEE Trans. Inf. Theory 1967; Bahl, Cocke,
// Jelinek, Raviv, "Optimal decoding of linear codes for minimizing symbol error rate", IEEE Trans.
// Inf. Theory 1974. Only for trellis_search.cpp.
//
// The state is a shift register: its top bit is the quantizer, and becomes the lowest bit of the
// next state. So an even state is reached from the lower half of all states, an odd one from the
// upper half, each from two states whose symbols differ in parity.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

#include "branches.h"
#include "imgcnn/base/simd/instruction_set.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "state_vectors.h"

namespace imgcnn::rdo {

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
  /// Returns the `count` symbols of the path of least total cost. Costs are asked for once each, in
  /// order.
  [[nodiscard]] static std::vector<std::int32_t> viterbi(std::size_t count,
                                                         const BranchCostSource& source) {
#ifdef IMGCNN_AVX2_AT_HAND
    return simd::fastest(simd::has_avx512() ? viterbi_avx512 : nullptr,
                         simd::has_avx2() ? viterbi_avx2 : nullptr,
                         viterbi_portable)(count, source);
#else
    return viterbi_portable(count, source);
#endif
  }

  /// Returns for each symbol the mean reconstruction point over all paths, a path weighed by the
  /// product of its likelihoods.
  [[nodiscard]] static std::vector<float> posterior_mean(
      const std::vector<BranchLikelihoods>& branches) {
#ifdef IMGCNN_AVX2_AT_HAND
    if (simd::has_avx2()) return posterior_mean_avx2(branches);
#endif
    return posterior_mean_portable(branches);
  }

  // All of these agree to the last bit: the same sums, and no multiplication fused with an
  // addition.
  [[nodiscard]] static std::vector<std::int32_t> viterbi_portable(std::size_t count,
                                                                  const BranchCostSource& source) {
    return viterbi_by<4>(count, source);
  }
  [[nodiscard]] static std::vector<float> posterior_mean_portable(
      const std::vector<BranchLikelihoods>& branches) {
    return means(branches);
  }
#ifdef IMGCNN_AVX2_AT_HAND
  [[nodiscard]] __attribute__((target("avx2"))) static std::vector<std::int32_t> viterbi_avx2(
      std::size_t count, const BranchCostSource& source) {
    return viterbi_by<8>(count, source);
  }
  [[nodiscard]] __attribute__((
      target("avx512f,avx512dq,avx512bw,avx512vl"))) static std::vector<std::int32_t>
  viterbi_avx512(std::size_t count, const BranchCostSource& source) {
    return viterbi_by<16>(count, source);
  }
  [[nodiscard]] __attribute__((target("avx2"))) static std::vector<float> posterior_mean_avx2(
      const std::vector<BranchLikelihoods>& branches) {
    return means(branches);
  }
#endif

 private:
  static constexpr entropy::TrellisCode kCode = [] {
    entropy::TrellisCode found{};
    for (const auto& code : entropy::kTrellisCodes) {
      if (code.states == static_cast<int>(kStates)) found = code;
    }
    return found;
  }();
  static_assert(kCode.states != 0 && kCode.feedback % 2 == 1 && kCode.odd % 2 == 0);
  // Pair r of a half leads to one state: an even symbol from state r of the half, an odd one from
  // state r ^ kSwap. Those of the lower half lead to the states 2 r, those of the upper half to (2
  // r) ^ kCode.feedback.
  static constexpr std::size_t kSwap = static_cast<std::size_t>(kCode.odd) / 2,
                               kTurn = static_cast<std::size_t>(kCode.feedback) / 2;
  static constexpr std::size_t kHalf = kStates / 2, kLanes = states::kLanes;
  using Numbers = std::array<float, kStates>;  ///< one for each state
  using Half = std::array<float, kHalf>;       ///< one for each state of a quantizer

  /// Least costs of paths to each state, and what they have in common, not yet taken off.
  struct PathCosts {
    Numbers least;
    float lowest = 0;
  };
  /// Whether each pair of branches takes the odd one. Pairs of both halves, one half behind the
  /// other, are counted in vectors of kWidth; a number holds one lane of as many vectors as it has
  /// bits.
  template <std::size_t kWidth>
  struct Parities {
    static constexpr std::size_t kVectors = kStates / kWidth, kBits = kVectors > 16 ? 32 : 16;
    using Bits = std::conditional_t<kBits == 32, std::uint32_t, std::uint16_t>;
    std::array<Bits, (kVectors + kBits - 1) / kBits * kWidth> bits;

    [[nodiscard]] std::size_t odd(std::size_t half, std::size_t r) const {
      const std::size_t pair = half * kHalf + r, v = pair / kWidth;
      return bits[v / kBits * kWidth + pair % kWidth] >> v % kBits & 1U;
    }
  };

  /// A branch of a survivor: the state before, the half that this lies in, and the parity.
  struct Taken {
    std::size_t before, half, odd;
  };
  /// Returns the last branch of the survivor of a state.
  template <std::size_t kWidth>
  [[nodiscard]] static Taken branch_to(std::size_t state, const Parities<kWidth>& parities) {
    const std::size_t half = state & 1, r = half == 0 ? state / 2 : state / 2 ^ kTurn,
                      odd = parities.odd(half, r);
    return {half * kHalf + (odd == 0 ? r : r ^ kSwap), half, odd};
  }

  /// Moves numbers of the pairs of both halves to the states that they lead to. (Returned by value,
  /// GCC 12 at -O3 hands over an array of 128 before it is written.)
  template <std::size_t kWidth>
  static void to_next(const Half& lower, const Half& upper, Numbers& next);
  /// Inverse of `to_next`.
  static void from_next(const Numbers& next, Half& lower, Half& upper);
  template <std::size_t kWidth>
  [[nodiscard]] static std::vector<std::int32_t> viterbi_by(std::size_t count,
                                                            const BranchCostSource& source);
  /// Follows the survivors of the states `ends`, behind `open` symbols, back to where all have
  /// become one, and writes the symbols before that, which all of them share. Returns how many
  /// these are.
  template <std::size_t kWidth>
  static std::size_t trace_back(const std::vector<BranchCosts>& costs,
                                const std::vector<Parities<kWidth>>& parities, std::size_t open,
                                std::vector<std::size_t> ends, std::int32_t* symbols);
  [[nodiscard]] static std::vector<float> means(const std::vector<BranchLikelihoods>& branches);
  /// Moves the least costs over one symbol.
  template <std::size_t kWidth>
  static void step(const BranchCosts& here, PathCosts& paths, Parities<kWidth>& parities);
  /// Moves forward likelihoods over one symbol.
  static void forward(const BranchLikelihoods& here, Numbers& likelihoods);
  /// Moves backward likelihoods over one symbol, and returns its mean given the forward ones in
  /// front of it.
  [[nodiscard]] static float backward(const BranchLikelihoods& here, const Numbers& before,
                                      Numbers& likelihoods);
};

template <std::size_t kStates>
template <std::size_t kWidth>
IMGCNN_INLINE void TrellisDecoder<kStates>::to_next(const Half& lower, const Half& upper,
                                                    Numbers& next) {
#pragma GCC unroll 32
  for (std::size_t r = 0; r < kHalf; r += kWidth) {
    typename states::Vectors<kWidth>::Floats evens, odds;
    states::load(&lower[r], evens);
    states::load_exchanged<kWidth, kTurn>(upper.data(), r, odds);
    states::store_interleaved<kWidth>(evens, odds, &next[2 * r]);
  }
}

template <std::size_t kStates>
IMGCNN_INLINE void TrellisDecoder<kStates>::from_next(const Numbers& next, Half& lower,
                                                      Half& upper) {
  Half odd;
  for (std::size_t r = 0; r < kHalf; r += states::kFewLanes) {
    states::Vectors<states::kFewLanes>::Floats first, second;
    states::load(&next[2 * r], first);
    states::load(&next[2 * r + states::kFewLanes], second);
    states::store(__builtin_shufflevector(first, second, 0, 2, 4, 6), &lower[r]);
    states::store(__builtin_shufflevector(first, second, 1, 3, 5, 7), &odd[r]);
  }
  states::exchange_all<kHalf, kTurn>(odd.data(), upper.data());
}

template <std::size_t kStates>
template <std::size_t kWidth>
IMGCNN_INLINE void TrellisDecoder<kStates>::step(const BranchCosts& here, PathCosts& paths,
                                                 Parities<kWidth>& parities) {
  using Floats = typename states::Vectors<kWidth>::Floats;
  using Flags = typename states::Vectors<kWidth>::Flags;
  using Bits = typename Parities<kWidth>::Bits;
  typedef Bits Lanes __attribute__((vector_size(kWidth * sizeof(Bits))));
  constexpr std::size_t kBits = Parities<kWidth>::kBits;
  std::array<Half, 2> survivors;
  Floats lowest = Floats{} + std::numeric_limits<float>::infinity();
  Flags odds[(kStates / kWidth + kBits - 1) / kBits]{};
#pragma GCC unroll 2
  for (std::size_t half = 0; half < 2; ++half) {
    const float* const from = paths.least.data() + half * kHalf;
#pragma GCC unroll 32
    for (std::size_t r = 0; r < kHalf; r += kWidth) {
      Floats even, odd;
      states::load(from + r, even);
      states::load_exchanged<kWidth, kSwap>(from, r, odd);
      // Differences alone matter; sums over a whole picture would lose their digits.
      even = even - paths.lowest + here[half][0].cost;
      odd = odd - paths.lowest + here[half][1].cost;
      const Flags is_odd = odd < even;
      const Floats survivor = is_odd ? odd : even;
      states::store(survivor, &survivors[half][r]);
      lowest = survivor < lowest ? survivor : lowest;
      const std::size_t v = (half * kHalf + r) / kWidth;
      odds[v / kBits] |= is_odd & static_cast<std::int32_t>(std::uint32_t{1} << v % kBits);
    }
  }
  for (std::size_t k = 0; k < std::size(odds); ++k) {
    const Lanes lanes = __builtin_convertvector(odds[k], Lanes);
    std::memcpy(&parities.bits[k * kWidth], &lanes, sizeof(lanes));
  }
  to_next<kWidth>(survivors[0], survivors[1], paths.least);
  paths.lowest = states::smallest<kWidth>(lowest);
}

template <std::size_t kStates>
template <std::size_t kWidth>
std::size_t TrellisDecoder<kStates>::trace_back(const std::vector<BranchCosts>& costs,
                                                const std::vector<Parities<kWidth>>& parities,
                                                std::size_t open, std::vector<std::size_t> ends,
                                                std::int32_t* symbols) {
  std::array<std::size_t, kStates> met;  // behind which symbol a survivor was met in the state
  met.fill(open);
  for (; ends.size() > 1 && open > 0; --open) {
    std::size_t count = 0;
    for (const std::size_t end : ends) {
      const std::size_t before = branch_to(end, parities[open - 1]).before;
      if (met[before] == open - 1) continue;
      met[before] = open - 1;
      ends[count++] = before;
    }
    ends.resize(count);
  }
  std::size_t state = ends.front();
  for (std::size_t j = open; j-- > 0;) {
    const Taken taken = branch_to(state, parities[j]);
    symbols[j] = costs[j][taken.half][taken.odd].symbol;
    state = taken.before;
  }
  return open;
}

template <std::size_t kStates>
template <std::size_t kWidth>
IMGCNN_INLINE std::vector<std::int32_t> TrellisDecoder<kStates>::viterbi_by(
    std::size_t count, const BranchCostSource& source) {
  // Survivors of all states soon become one on the way back: what lies before is settled, and its
  // branches are forgotten. Of a busy tile, all branches would fill hundreds of megabytes.
  constexpr std::size_t kBlock = 16384;
  std::vector<BranchCosts> costs;  // of the symbols that are not settled
  std::vector<Parities<kWidth>> parities;
  PathCosts paths;
  paths.least.fill(std::numeric_limits<float>::infinity());
  paths.least[0] = 0;
  std::vector<std::int32_t> symbols(count);
  for (std::size_t read = 0, open = 0; read < count;) {
    // At least as many more as are open, so that the ways back are in all not much longer than the
    // path.
    const std::size_t end = std::min(std::max(2 * open, kBlock), open + count - read),
                      next = read + end - open;
    costs.resize(std::max(costs.size(), end));
    parities.resize(costs.size());
    source(read, next - read, costs.data() + open);
    for (std::size_t j = open; j < end; ++j) step<kWidth>(costs[j], paths, parities[j]);
    read = next;

    std::vector<std::size_t> ends(kStates);
    std::iota(ends.begin(), ends.end(), std::size_t{0});
    if (read == count) {
      ends = {static_cast<std::size_t>(std::min_element(paths.least.begin(), paths.least.end()) -
                                       paths.least.begin())};
    }
    const std::size_t settled =
        trace_back<kWidth>(costs, parities, end, std::move(ends), symbols.data() + read - end);
    open = end - settled;
    std::copy_n(costs.data() + settled, open, costs.data());
    std::copy_n(parities.data() + settled, open, parities.data());
  }
  return symbols;
}

template <std::size_t kStates>
IMGCNN_INLINE void TrellisDecoder<kStates>::forward(const BranchLikelihoods& here,
                                                    Numbers& likelihoods) {
  std::array<Half, 2> sums;
  for (std::size_t half = 0; half < 2; ++half) {
    const float* const from = likelihoods.data() + half * kHalf;
    Half crossed;
    states::exchange_all<kHalf, kSwap>(from, crossed.data());
    for (std::size_t r = 0; r < kHalf; ++r)
      sums[half][r] = from[r] * here.likelihood[half][0] + crossed[r] * here.likelihood[half][1];
  }
  to_next<states::kFewLanes>(sums[0], sums[1], likelihoods);
  states::normalize(likelihoods);
}

template <std::size_t kStates>
IMGCNN_INLINE float TrellisDecoder<kStates>::backward(const BranchLikelihoods& here,
                                                      const Numbers& before, Numbers& likelihoods) {
  std::array<Half, 2> to;
  from_next(likelihoods, to[0], to[1]);
  states::Float8 sums{}, moments{};
  for (std::size_t half = 0; half < 2; ++half) {
    Half crossed;
    states::exchange_all<kHalf, kSwap>(to[half].data(), crossed.data());
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
IMGCNN_INLINE std::vector<float> TrellisDecoder<kStates>::means(
    const std::vector<BranchLikelihoods>& branches) {
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
  std::vector<float> result(branches.size());
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
      result[j] = backward(branches[j], within[j - begin], likelihoods);
  }
  return result;
}

}  // namespace imgcnn::rdo
