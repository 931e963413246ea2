#pragma once
// Vectors of four for every processor: GCC and Clang make SSE, NEON or whatever there is of them.

#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace imgcnn::simd::plain {

struct Simd {
  using Floats = float __attribute__((vector_size(16)));
  /// Unsigned: sums of damaged weights may wrap round.
  using Ints = std::uint32_t __attribute__((vector_size(16)));
  static constexpr int kWidth = 4;
  static constexpr int kRows = 4;

  static Floats load(const float* p) {
    Floats v;
    std::memcpy(&v, p, sizeof(v));
    return v;
  }
  static void store(float* p, Floats v) { std::memcpy(p, &v, sizeof(v)); }
  static Floats fill(float v) { return Floats{v, v, v, v}; }
  static Floats add(Floats a, Floats b) { return a + b; }
  static Floats multiply(Floats a, Floats b) { return a * b; }
  static Floats multiply_add(Floats a, Floats b, Floats sum) { return sum + a * b; }
  static Floats smaller(Floats a, Floats b) { return a < b ? a : b; }
  static Floats larger(Floats a, Floats b) { return a > b ? a : b; }
  static Floats magnitude(Floats a) { return larger(a, -a); }
  static float largest(Floats a) {
    const float x = a[0] > a[1] ? a[0] : a[1], y = a[2] > a[3] ? a[2] : a[3];
    return x > y ? x : y;
  }

  static Ints zero() { return Ints{}; }
  /// Both halves of each 32 bits.
  static Ints load_pairs(const std::int16_t* p) {
    Ints v;
    std::memcpy(&v, p, sizeof(v));
    return v;
  }
  static Ints fill_pair(const std::int16_t* p) {
    std::uint32_t pair;
    std::memcpy(&pair, p, sizeof(pair));
    return Ints{pair, pair, pair, pair};
  }
  static void add_products(Ints& sum, Ints a, Ints b) {
#ifdef __SSE2__
    // What every x86-64 has, and compilers do not find.
    sum += reinterpret_cast<Ints>(
        _mm_madd_epi16(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
#else
    using Signed = std::int32_t __attribute__((vector_size(16)));
    const auto high = [](Ints v) { return reinterpret_cast<Signed>(v) >> 16; };
    const auto low = [](Ints v) { return reinterpret_cast<Signed>(v << 16) >> 16; };
    sum += reinterpret_cast<Ints>(high(a) * high(b)) + reinterpret_cast<Ints>(low(a) * low(b));
#endif
  }
  static Ints load_ints(const std::int32_t* p) {
    Ints v;
    std::memcpy(&v, p, sizeof(v));
    return v;
  }
  /// Floors.
  static Ints shift_right(Ints a, int bits) {
    using Signed = std::int32_t __attribute__((vector_size(16)));
    return reinterpret_cast<Ints>(reinterpret_cast<Signed>(a) >> bits);
  }
  static void store_limited(std::int16_t* p, Ints a, std::int32_t least, std::int32_t most) {
    for (int i = 0; i < kWidth; ++i) {
      const auto v = static_cast<std::int32_t>(a[i]);
      p[i] = static_cast<std::int16_t>(v < least ? least : v > most ? most : v);
    }
  }
  /// Limited to 0..255.
  static void store_bytes(std::uint8_t* p, Ints a) {
    for (int i = 0; i < kWidth; ++i) {
      const auto v = static_cast<std::int32_t>(a[i]);
      p[i] = static_cast<std::uint8_t>(v < 0 ? 0 : v > 255 ? 255 : v);
    }
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

  static Floats to_floats(Ints a) {
    using Signed = std::int32_t __attribute__((vector_size(16)));
    return __builtin_convertvector(reinterpret_cast<Signed>(a), Floats);
  }
  /// To nearest, ties to even: adding 1.5 * 2^23 leaves no room for a fraction.
  static void store_rounded(std::int16_t* p, Floats v) {
    constexpr float kShift = 12582912.0F;
    const Floats whole = (v + kShift) - kShift;
    for (int i = 0; i < kWidth; ++i) p[i] = static_cast<std::int16_t>(whole[i]);
  }
};

}  // namespace imgcnn::simd::plain
