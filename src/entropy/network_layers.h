#pragma once
// The arithmetic of the correcting network, plain and by AVX2: the same integers. Only for context_network.cpp.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "imgcnn/base/simd/instruction_set.h"
#include "imgcnn/entropy/context_network.h"
#include "imgcnn/entropy/fixed_point.h"

#ifdef IMGCNN_AVX2_AT_HAND
#include <immintrin.h>
#endif

namespace imgcnn::entropy {

constexpr std::size_t kBlock = 32;  ///< outputs that the registers hold at once
static_assert(ContextNetwork::kNarrow % kBlock == 0);

/// [out][in] -> [in / 2][out][2]. Requires: `in` is even.
inline void put_by_pairs(const std::int16_t* weights, std::size_t out, std::size_t in, std::int16_t* pairs) {
  for (std::size_t p = 0; p < in / 2; ++p) {
    for (std::size_t i = 0; i < out; ++i) {
      const std::int16_t* const from = weights + i * in + 2 * p;
      *pairs++ = from[0];
      *pairs++ = from[1];
    }
  }
}

/// Two inputs of a layer.
struct Pair {
  std::int16_t a, b;
  std::uint32_t index;
};

/// Those of a layer's inputs that are not zero.
struct Pairs {
  std::array<Pair, std::max(ContextNetwork::kFeatures, ContextNetwork::kMostWidth) / 2> pairs;
  std::size_t count = 0;

  /// Requires: `in` is even, within what there is room for.
  template <class T>
  IMGCNN_INLINE Pairs(const T* inputs, std::size_t in) {
    for (std::size_t p = 0; p < in / 2; ++p) {
      pairs[count] = {inputs[2 * p], inputs[2 * p + 1], static_cast<std::uint32_t>(p)};
      count += (inputs[2 * p] | inputs[2 * p + 1]) != 0 ? 1 : 0;
    }
  }
};

/// sums[0 .. kBlock) of a layer with `out` outputs: bias + weights * inputs.
struct PlainBlock {
  static void sum(const Pair* begin, const Pair* end, const std::int16_t* weights, std::size_t out,
                  const std::int32_t* bias, std::int32_t* sums) {
    std::copy_n(bias, kBlock, sums);
    for (const Pair* pair = begin; pair != end; ++pair) {
      const std::int16_t* const row = weights + std::size_t{pair->index} * out * 2;
      for (std::size_t i = 0; i < kBlock; ++i) sums[i] += row[2 * i] * pair->a + row[2 * i + 1] * pair->b;
    }
  }
};

#ifdef IMGCNN_AVX2_AT_HAND
/// The same with all sums in registers.
struct Avx2Block {
  __attribute__((target("avx2"))) static void sum(const Pair* begin, const Pair* end, const std::int16_t* weights,
                                                  std::size_t out, const std::int32_t* bias, std::int32_t* sums) {
    constexpr std::size_t kRegisters = kBlock / 8;
    __m256i registers[kRegisters];
    for (std::size_t r = 0; r < kRegisters; ++r)
      registers[r] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bias) + r);
    for (const Pair* pair = begin; pair != end; ++pair) {
      const auto low = static_cast<std::uint16_t>(pair->a), high = static_cast<std::uint16_t>(pair->b);
      const __m256i both = _mm256_set1_epi32(static_cast<std::int32_t>(low | std::uint32_t{high} << 16));
      const auto* const row = reinterpret_cast<const __m256i*>(weights + std::size_t{pair->index} * out * 2);
      for (std::size_t r = 0; r < kRegisters; ++r) {
        registers[r] = _mm256_add_epi32(registers[r], _mm256_madd_epi16(_mm256_loadu_si256(row + r), both));
      }
    }
    for (std::size_t r = 0; r < kRegisters; ++r)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums) + r, registers[r]);
  }
};
#endif

/// Rectified linear units of 2^-kActivationBits, as many as `out`, a multiple of kBlock. excess: binary places that the
/// sums have beyond that.
template <class Block>
IMGCNN_INLINE void layer(const std::int16_t* weights, const std::int32_t* bias, const Pairs& inputs, int excess,
                         std::int16_t* result, std::size_t out) {
  const Pair *const begin = inputs.pairs.data(), *const end = begin + inputs.count;
  for (std::size_t start = 0; start < out; start += kBlock) {
    std::array<std::int32_t, kBlock> sums;
    Block::sum(begin, end, weights + 2 * start, out, bias + start, sums.data());
    for (std::size_t i = 0; i < kBlock; ++i) {
      result[start + i] = static_cast<std::int16_t>(std::clamp(sums[i] >> excess, 0, ContextNetwork::kMostActivation));
    }
  }
}

/// A network as its arithmetic wants it for a channel.
struct Layers {
  const std::int16_t *first_pairs, *second_pairs;
  const ContextNetwork::Weights& weights;
  std::size_t width;
};

/// ContextNetwork::correct.
template <class Block>
IMGCNN_INLINE ContextNetwork::Corrections run_layers(const Layers& layers, std::size_t channel,
                                                     const ContextNetwork::Features& features) {
  using N = ContextNetwork;
  const std::size_t width = layers.width;
  std::array<std::int16_t, N::kMostWidth> wide;
  std::array<std::int16_t, N::kNarrow> narrow;
  layer<Block>(layers.first_pairs, layers.weights.first_bias.data() + channel * width,
               Pairs(features.data(), N::kFeatures), N::kFeatureBits + N::kWeightBits - N::kActivationBits, wide.data(),
               width);
  layer<Block>(layers.second_pairs, layers.weights.second_bias.data(), Pairs(wide.data(), width), N::kWeightBits,
               narrow.data(), N::kNarrow);
  N::Corrections corrections;
  for (std::size_t i = 0; i < N::kDecisions; ++i) {
    const std::int16_t* const weights = layers.weights.third.data() + i * N::kNarrow;
    std::int32_t sum = layers.weights.third_bias[channel * N::kDecisions + i];
    for (std::size_t j = 0; j < N::kNarrow; ++j) sum += std::int32_t{weights[j]} * narrow[j];
    corrections[i] = static_cast<std::int32_t>(floor_shift(sum, N::kActivationBits + N::kWeightBits - 8));
  }
  return corrections;
}

#ifdef IMGCNN_AVX2_AT_HAND
/// Requires: a processor with AVX2.
__attribute__((target("avx2"))) inline ContextNetwork::Corrections run_layers_avx2(
    const Layers& layers, std::size_t channel, const ContextNetwork::Features& features) {
  return run_layers<Avx2Block>(layers, channel, features);
}
#endif

}  // namespace imgcnn::entropy
