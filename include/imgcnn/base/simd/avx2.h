#pragma once
// Vectors of AVX2 with FMA. Only for sources that are compiled for such processors.

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace imgcnn::simd::avx2 {

struct Simd {
  using Floats = __m256;
  using Ints = __m256i;
  static constexpr int kWidth = 8;
  static constexpr int kRows = 6;  ///< 6 x 2 accumulators of 16 registers

  static Floats load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, Floats v) { _mm256_storeu_ps(p, v); }
  static Floats fill(float v) { return _mm256_set1_ps(v); }
  static Floats add(Floats a, Floats b) { return _mm256_add_ps(a, b); }
  static Floats multiply(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
  static Floats multiply_add(Floats a, Floats b, Floats sum) { return _mm256_fmadd_ps(a, b, sum); }
  static Floats smaller(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  static Floats larger(Floats a, Floats b) { return _mm256_max_ps(a, b); }
  static Floats magnitude(Floats a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), a); }
  static float largest(Floats a) {
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }

  static Ints zero() { return _mm256_setzero_si256(); }
  static Ints load_pairs(const std::int16_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  static Ints fill_pair(const std::int16_t* p) {
    std::int32_t pair;
    std::memcpy(&pair, p, sizeof(pair));
    return _mm256_set1_epi32(pair);
  }
  /// In assembler, as GCC 12 spills the sums of the intrinsics.
  static void add_products(Ints& sum, Ints a, Ints b) {
    Ints products;
    asm("vpmaddwd %3, %2, %1\n\tvpaddd %1, %0, %0" : "+x"(sum), "=&x"(products) : "x"(a), "x"(b));
  }
  static Ints load_ints(const std::int32_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  /// Floors.
  static Ints shift_right(Ints a, int bits) { return _mm256_srai_epi32(a, bits); }
  static void store_limited(std::int16_t* p, Ints a, std::int32_t least, std::int32_t most) {
    const Ints limited =
        _mm256_min_epi32(_mm256_max_epi32(a, _mm256_set1_epi32(least)), _mm256_set1_epi32(most));
    _mm_storeu_si128(
        reinterpret_cast<__m128i*>(p),
        _mm_packs_epi32(_mm256_castsi256_si128(limited), _mm256_extracti128_si256(limited, 1)));
  }
  /// Limited to 0..255.
  static void store_bytes(std::uint8_t* p, Ints a) {
    const __m128i words =
        _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packus_epi16(words, words));
  }

  // Products of 16-bit integers, two at once.
  using Weight = std::int16_t;
  using Input = std::int16_t;
  static constexpr int kGroup = 2;
  static Ints load_group(const Weight* p) { return load_pairs(p); }
  static Ints fill_group(const Input* p) { return fill_pair(p); }
  static void add_group(Ints& sum, Ints inputs, Ints weights) {
    add_products(sum, inputs, weights);
  }

  static Floats to_floats(Ints a) { return _mm256_cvtepi32_ps(a); }
  static void store_rounded(std::int16_t* p, Floats v) {
    const __m256i whole = _mm256_cvtps_epi32(v);
    _mm_storeu_si128(
        reinterpret_cast<__m128i*>(p),
        _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1)));
  }
};

}  // namespace imgcnn::simd::avx2
