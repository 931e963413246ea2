#pragma once
// The quality of a file as an integer, and what is interpolated over it: one model codes at all
// rates, by curves over the quality. Specification: src/bitstream/FORMAT.md, section 1.5.
//
// "quality16" is the quality 0..100 in sixteenths, 0..kMaxQuality16.

#include <cstddef>
#include <cstdint>

namespace imgcnn::entropy {

/// Steps of the quality from one whole number to the next.
constexpr int kQualitySteps = 16;
/// The largest quality16: quality 100.
constexpr int kMaxQuality16 = 100 * kQualitySteps;
/// Knots of integer curves over quality: one for every whole quality 0..100.
constexpr int kRateKnots = 101;

/// Returns the value at quality16 of the curve whose kRateKnots knots lie `stride` elements apart,
/// knots[0] first. It is linear between the knots k = quality16 / 16 and k + 1: (a * (16 - f) + b *
/// f + 8) >> 4 with f = quality16 mod 16. Throws kInvalidArgument unless 0 <= quality16 <=
/// kMaxQuality16.
[[nodiscard]] std::int32_t at_rate(const std::int32_t* knots, std::size_t stride, int quality16);

/// Returns the nearest of `levels` equally spaced levels, 0 = quality 0, levels - 1 = quality 100;
/// ties go up. The prior of channel c at level l has the CDF index l * channels + c. Throws
/// kInvalidArgument unless 0 <= quality16 <= kMaxQuality16 and 1 <= levels <= 65536.
[[nodiscard]] int rate_level(int quality16, int levels);

}  // namespace imgcnn::entropy
