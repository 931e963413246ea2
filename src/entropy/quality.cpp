// Integer interpolation over quality.

#include "imgcnn/entropy/quality.h"

#include "imgcnn/base/error.h"
#include "imgcnn/entropy/fixed_point.h"

namespace imgcnn::entropy {
namespace {

constexpr int kStepBits = 4;
constexpr int kSteps = 1 << kStepBits;
constexpr int kMaxLevels = 65536;

void check_quality(int quality16) {
  require(quality16 >= 0 && quality16 <= kMaxQuality16, ErrorCode::kInvalidArgument,
          "quality is not in 0..100");
}

}  // namespace

std::int32_t at_rate(const std::int32_t* knots, std::size_t stride, int quality16) {
  check_quality(quality16);
  const auto knot = static_cast<std::size_t>(quality16 / kSteps);
  const std::int64_t fraction = quality16 % kSteps;
  const std::int64_t a = knots[knot * stride];
  // The last knot has no next one to look at.
  if (fraction == 0) return static_cast<std::int32_t>(a);
  const std::int64_t b = knots[(knot + 1) * stride];
  // In 64 bits: sixteen times a knot may leave 32. A mean of two knots does not.
  return static_cast<std::int32_t>(round_shift(a * (kSteps - fraction) + b * fraction, kStepBits));
}

int rate_level(int quality16, int levels) {
  check_quality(quality16);
  require(levels >= 1 && levels <= kMaxLevels, ErrorCode::kInvalidArgument,
          "number of rate levels is not in 1..65536");
  // Half of the divisor is added, so that the quotient is the nearest; 1600 * 65535 stays within 32
  // bits.
  return (quality16 * (levels - 1) + kMaxQuality16 / 2) / kMaxQuality16;
}

}  // namespace imgcnn::entropy
