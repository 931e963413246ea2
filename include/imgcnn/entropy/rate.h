#pragma once
// The quality of a file as integers: 0..100 in steps of 1/16, and what is interpolated over it.

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace imgcnn::entropy {

/// Steps of the quality from one whole number to the next.
constexpr int kQualitySteps = 16;
/// Largest quality in sixteenths: quality 100.
constexpr int kMaxQuality16 = 100 * kQualitySteps;
/// Knots of integer curves over quality: one for every whole quality 0..100.
constexpr int kRateKnots = 101;

/// Quality 0..100 -> nearest step, and back; the share of the range, 0..1, that networks are told.
[[nodiscard]] inline int to_quality16(double quality) { return static_cast<int>(std::lround(quality * kQualitySteps)); }
[[nodiscard]] constexpr double to_quality(int quality16) { return quality16 / static_cast<double>(kQualitySteps); }
[[nodiscard]] constexpr double quality_share(int quality16) { return quality16 / static_cast<double>(kMaxQuality16); }

/// floor(value / 2^shift), for negative values too. Requires: 0 <= shift < 63.
[[nodiscard]] constexpr std::int64_t floor_shift(std::int64_t value, int shift) {
  return value >= 0 ? value >> shift : ~(~value >> shift);
}

/// floor(value / 2^shift + 1/2). Requires: 0 <= shift < 62, |value| < 2^62.
[[nodiscard]] constexpr std::int64_t round_shift(std::int64_t value, int shift) {
  return shift == 0 ? value : floor_shift(value + (std::int64_t{1} << (shift - 1)), shift);
}

/// Value at quality16 of the curve whose kRateKnots knots lie `stride` elements apart, knots[0] first: linear between
/// the knots k = quality16 / 16 and k + 1, (a * (16 - f) + b * f + 8) >> 4 with f = quality16 mod 16. Throws
/// kInvalidArgument unless 0 <= quality16 <= kMaxQuality16.
[[nodiscard]] std::int32_t at_rate(const std::int32_t* knots, std::size_t stride, int quality16);

/// Nearest of `levels` equally spaced levels, 0 = quality 0, levels - 1 = quality 100; ties go up. The prior table of
/// channel c at level l is row l * channels + c.
/// Throws kInvalidArgument unless 0 <= quality16 <= kMaxQuality16 and 1 <= levels <= 65536.
[[nodiscard]] int rate_level(int quality16, int levels);

}  // namespace imgcnn::entropy
