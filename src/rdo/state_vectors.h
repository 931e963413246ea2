#pragma once
// Vector operations over one float for each state of a trellis. Only for viterbi.h.
//
// Vectors are those of GCC and clang, as wide as the caller says. Every function is inlined, so
// that it is compiled for the instruction set of its caller. (Vectors are not returned: how that is
// done differs between processors.)

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

#include "imgcnn/base/simd/instruction_set.h"

namespace imgcnn::rdo::states {

/// Vectors of kLanes floats, and integers as comparisons of these give them.
template <std::size_t kLanes>
struct Vectors {
  // GCC forgets the attribute of an alias that depends on a parameter.
  typedef float Floats __attribute__((vector_size(kLanes * sizeof(float))));
  typedef std::int32_t Flags __attribute__((vector_size(kLanes * sizeof(float))));
};

/// Likelihoods are taken eight at once by all instruction sets, the compiler making two vectors of
/// each where the processor has only half: their sums depend on it. Permutations work on four
/// floats: those of eight would go one by one there.
constexpr std::size_t kLanes = 8, kFewLanes = 4;
using Float8 = Vectors<kLanes>::Floats;

/// Reads a vector from memory of any alignment.
template <class Vector>
IMGCNN_INLINE void load(const float* from, Vector& lanes) {
  std::memcpy(&lanes, from, sizeof(lanes));
}

/// Writes a vector to memory of any alignment.
template <class Vector>
IMGCNN_INLINE void store(const Vector& lanes, float* to) {
  std::memcpy(to, &lanes, sizeof(lanes));
}

/// Sets to[k] = from[k ^ kBy] of its lanes.
template <std::size_t kBy, class Vector, std::size_t... kLane>
IMGCNN_INLINE void exchange(const Vector& from, Vector& to,
                            std::index_sequence<kLane...> /*lanes*/) {
  to = __builtin_shufflevector(from, from, static_cast<int>(kLane ^ kBy)...);
}

/// Sets to[r] = from[r ^ kBy] for the vector at `block` of an array. Requires: block is a multiple
/// of kWidth.
template <std::size_t kWidth, std::size_t kBy>
IMGCNN_INLINE void load_exchanged(const float* from, std::size_t block,
                                  typename Vectors<kWidth>::Floats& to) {
  typename Vectors<kWidth>::Floats lanes;
  load(from + (block ^ (kBy / kWidth * kWidth)), lanes);
  exchange<kBy % kWidth>(lanes, to, std::make_index_sequence<kWidth>{});
}

/// Sets to[r] = from[r ^ kBy] for r < kCount. Requires: kCount is a power of two above kBy, at
/// least 4.
template <std::size_t kCount, std::size_t kBy>
IMGCNN_INLINE void exchange_all(const float* from, float* to) {
  for (std::size_t r = 0; r < kCount; r += kFewLanes) {
    Vectors<kFewLanes>::Floats few;
    load_exchanged<kFewLanes, kBy>(from, r, few);
    store(few, to + r);
  }
}

template <class Vector, std::size_t... kLane>
IMGCNN_INLINE void store_interleaved(const Vector& evens, const Vector& odds, float* to,
                                     std::index_sequence<kLane...> /*lanes*/) {
  constexpr std::size_t kWidth = sizeof...(kLane);
  store<Vector>(
      __builtin_shufflevector(evens, odds, static_cast<int>(kLane / 2 + kLane % 2 * kWidth)...),
      to);
  store<Vector>(__builtin_shufflevector(
                    evens, odds, static_cast<int>((kWidth + kLane) / 2 + kLane % 2 * kWidth)...),
                to + kWidth);
}

/// Writes evens[0], odds[0], evens[1], odds[1], ...
template <std::size_t kWidth>
IMGCNN_INLINE void store_interleaved(const typename Vectors<kWidth>::Floats& evens,
                                     const typename Vectors<kWidth>::Floats& odds, float* to) {
  store_interleaved(evens, odds, to, std::make_index_sequence<kWidth>{});
}

/// Returns the smallest lane, NaN left out.
template <std::size_t kWidth>
IMGCNN_INLINE float smallest(const typename Vectors<kWidth>::Floats& lanes) {
  if constexpr (kWidth == 1) {
    return lanes[0];
  } else {
    typename Vectors<kWidth / 2>::Floats halves[2];
    std::memcpy(halves, &lanes, sizeof(lanes));
    return smallest<kWidth / 2>(halves[1] < halves[0] ? halves[1] : halves[0]);
  }
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

}  // namespace imgcnn::rdo::states
