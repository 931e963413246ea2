#pragma once
// Vectors of AVX-512 with VNNI. Only for sources that are compiled for such processors.

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace imgcnn::simd::avx512 {

struct Simd {
  using Floats = __m512;
  using Ints = __m512i;
  static constexpr int kWidth = 16;  ///< floats of a vector
  /// Positions of a micro-tile: 12 x 2 accumulators of 32 registers.
  static constexpr int kRows = 12;

  static Floats load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Floats v) { _mm512_storeu_ps(p, v); }
  static Floats fill(float v) { return _mm512_set1_ps(v); }
  static Floats add(Floats a, Floats b) { return _mm512_add_ps(a, b); }
  static Floats multiply(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
  static Floats multiply_add(Floats a, Floats b, Floats sum) { return _mm512_fmadd_ps(a, b, sum); }
  static Floats smaller(Floats a, Floats b) { return _mm512_min_ps(a, b); }
  static Floats larger(Floats a, Floats b) { return _mm512_max_ps(a, b); }
  static Floats magnitude(Floats a) { return _mm512_abs_ps(a); }
  static float largest(Floats a) { return _mm512_reduce_max_ps(a); }

  static Ints zero() { return _mm512_setzero_si512(); }
  static Ints load_pairs(const std::int16_t* p) { return _mm512_loadu_si512(p); }
  static Ints fill_pair(const std::int16_t* p) {
    std::int32_t pair;
    std::memcpy(&pair, p, sizeof(pair));
    return _mm512_set1_epi32(pair);
  }
  /// In assembler, as GCC 12 copies and spills the sums of the intrinsic: 193 ms instead of 98 for
  /// the same product.
  static void add_products(Ints& sum, Ints a, Ints b) {
    asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
  }
  static Ints load_ints(const std::int32_t* p) { return _mm512_loadu_si512(p); }
  /// Floors.
  static Ints shift_right(Ints a, int bits) {
    return _mm512_srai_epi32(a, static_cast<unsigned>(bits));
  }
  static void store_limited(std::int16_t* p, Ints a, std::int32_t least, std::int32_t most) {
    const Ints limited =
        _mm512_min_epi32(_mm512_max_epi32(a, _mm512_set1_epi32(least)), _mm512_set1_epi32(most));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(limited));
  }
  /// Limited to 0..255.
  static void store_bytes(std::uint8_t* p, Ints a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p),
                     _mm512_cvtusepi32_epi8(_mm512_max_epi32(a, zero())));
  }

  // Products of bytes, four at once: unsigned inputs times signed weights.
  using Weight = std::int8_t;
  using Input = std::uint8_t;
  static constexpr int kGroup = 4;
  static Ints load_group(const Weight* p) { return _mm512_loadu_si512(p); }
  static Ints fill_group(const Input* p) {
    std::int32_t group;
    std::memcpy(&group, p, sizeof(group));
    return _mm512_set1_epi32(group);
  }
  static void add_group(Ints& sum, Ints inputs, Ints weights) {
    asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(inputs), "v"(weights));
  }

  static Floats to_floats(Ints a) { return _mm512_cvtepi32_ps(a); }
  static void store_rounded(std::int16_t* p, Floats v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p),
                        _mm512_cvtepi32_epi16(_mm512_cvtps_epi32(v)));
  }
};

}  // namespace imgcnn::simd::avx512
