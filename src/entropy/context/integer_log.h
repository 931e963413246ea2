#pragma once
// Logarithms in integers, linear between powers of two: contexts see magnitudes by these.

#include <cstdint>

namespace imgcnn::entropy {

/// log2(v) in units of 2^-fraction_bits: the position of the leading one, then the bits behind it,
/// which stand for a straight line between powers of two. Requires: v >= 1, 0 <= fraction_bits
/// <= 8.
[[nodiscard]] constexpr int integer_log2(std::uint64_t v, int fraction_bits) {
  const int exponent = 63 - __builtin_clzll(v);
  const std::uint64_t mantissa =
      exponent >= fraction_bits ? v >> (exponent - fraction_bits) : v << (fraction_bits - exponent);
  return (exponent << fraction_bits) +
         static_cast<int>(mantissa & ((std::uint64_t{1} << fraction_bits) - 1));
}

/// log2(v) in quarter octaves.
[[nodiscard]] constexpr int quarter_octaves(std::uint64_t v) { return integer_log2(v, 2); }

}  // namespace imgcnn::entropy
