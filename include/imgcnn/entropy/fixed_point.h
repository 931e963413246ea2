#pragma once
// Rounding of fixed-point numbers, the same for negative ones on every machine: what C++17 says of
// >> for them depends on the implementation, and its / rounds towards zero.

#include <cstdint>

namespace imgcnn::entropy {

/// Returns floor(value / 2^shift). Requires: 0 <= shift < 63.
[[nodiscard]] constexpr std::int64_t floor_shift(std::int64_t value, int shift) {
  return value >= 0 ? value >> shift : ~(~value >> shift);
}

/// Returns floor(value / 2^shift + 1/2). Requires: 0 <= shift < 62, |value| < 2^62.
[[nodiscard]] constexpr std::int64_t round_shift(std::int64_t value, int shift) {
  return shift == 0 ? value : floor_shift(value + (std::int64_t{1} << (shift - 1)), shift);
}

}  // namespace imgcnn::entropy
