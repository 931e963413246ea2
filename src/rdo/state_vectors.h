#pragma once
// Vector operations over one float for each state of a trellis. Only for viterbi.h.
//
// Vectors are those of GCC and clang, eight floats wide: the compiler makes two of each where the
// processor has only half. Every function is inlined, so that it is compiled for the instruction
// set of its caller.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "imgcnn/base/simd/instruction_set.h"

namespace imgcnn::rdo::states {

constexpr std::size_t kLanes = 8, kFewLanes = 4;

using Float8 = float __attribute__((vector_size(kLanes * sizeof(float))));
/// Permutations work on four floats: those of eight would go one by one where the processor has
/// vectors of four.
using Float4 = float __attribute__((vector_size(kFewLanes * sizeof(float))));

/// Reads a vector from memory of any alignment. (Vectors are not returned: how that is done differs
/// between processors.)
template <class Vector>
IMGCNN_INLINE void load(const float* from, Vector& lanes) {
  std::memcpy(&lanes, from, sizeof(lanes));
}

/// Writes a vector to memory of any alignment.
template <class Vector>
IMGCNN_INLINE void store(const Vector& lanes, float* to) {
  std::memcpy(to, &lanes, sizeof(lanes));
}

/// Sets to[r] = from[r ^ (by / 4 * 4 + kWithin)] for r < kCount. Requires: kCount is a multiple
/// of 4.
template <std::size_t kCount, int kWithin>
IMGCNN_INLINE void exchange_within(const float* from, std::size_t by, float* to) {
  constexpr int w = kWithin;
  for (std::size_t r = 0; r < kCount; r += kFewLanes) {
    Float4 few;
    load(from + (r ^ (by / kFewLanes * kFewLanes)), few);
    store(__builtin_shufflevector(few, few, w, 1 ^ w, 2 ^ w, 3 ^ w), to + r);
  }
}

/// Sets to[r] = from[r ^ by] for r < kCount. Requires: kCount is a power of two above `by`, at
/// least 4.
template <std::size_t kCount>
IMGCNN_INLINE void exchange(const float* from, std::size_t by, float* to) {
  switch (by % kFewLanes) {
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

/// Returns the smallest of the numbers, NaN left out.
template <std::size_t kCount>
IMGCNN_INLINE float smallest(const std::array<float, kCount>& numbers) {
  std::array<float, kLanes> least;
  least.fill(std::numeric_limits<float>::infinity());
  for (std::size_t block = 0; block < kCount; block += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) least[k] = std::min(least[k], numbers[block + k]);
  }
  return *std::min_element(least.begin(), least.end());
}

/// Returns the sum of the lanes, in an order that is the same for all instruction sets.
IMGCNN_INLINE float sum_of(const Float8& lanes) {
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

/// Likelihoods of all states sum up to kTotal. The likeliest of all paths may look hopeless from
/// either end, the more so the more symbols a code remembers: so likelihoods begin far above 1 and
/// have twice the room to fall. A forward and a backward one are each divided by kRoot before they
/// are multiplied, which keeps products within floats, those with a reconstruction point too.
constexpr float kTotal = 0x1p100F, kRoot = 0x1p50F;

/// Scales likelihoods to the sum kTotal, and keeps each above 0.
template <std::size_t kCount>
IMGCNN_INLINE void normalize(std::array<float, kCount>& likelihoods) {
  Float8 sums{}, here;
  for (std::size_t r = 0; r < kCount; r += kLanes) {
    load(&likelihoods[r], here);
    sums += here;
  }
  const float factor = kTotal / sum_of(sums);
  for (float& likelihood : likelihoods)
    likelihood = likelihood * factor + std::numeric_limits<float>::min();
}

/// Returns a byte whose bit k is flags[k]. Requires: eight flags, each 0 or 1.
IMGCNN_INLINE std::uint8_t packed(const std::uint8_t* flags) {
  std::uint64_t bytes = 0;
  for (unsigned k = 0; k < 8; ++k) bytes |= std::uint64_t{flags[k]} << 8 * k;
  // Byte k is shifted to bit 56 + k by one of the factor's bits; no other two sums of shifts meet.
  return static_cast<std::uint8_t>(bytes * 0x0102040810204080ULL >> 56);
}

}  // namespace imgcnn::rdo::states
