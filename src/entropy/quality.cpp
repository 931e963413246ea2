// Integer interpolation over quality.

#include "imgcnn/entropy/quality.h"
#include "imgcnn/entropy/fixed_point.h"

#include "imgcnn/base/error.h"

namespace imgcnn::entropy {
namespace {

constexpr int kStepBits = 4;
constexpr int kSteps = 1 << kStepBits;
constexpr int kMaxLevels = 65536;

void check_quality(int quality16) {
  require(quality16 >= 0 && quality16 <= kMaxQuality16, ErrorCode::kInvalidArgument, "quality is not in 0..100");
}

}  // namespace

std::int32_t at_rate(const std::int32_t* knots, std::size_t stride, int quality16) {
  check_quality(quality16);
  const auto knot = static_cast<std::size_t>(quality16 / kSteps);
  const std::int64_t fraction = quality16 % kSteps;
  const std::int64_t a = knots[knot * stride];
  if (fraction == 0) return static_cast<std::int32_t>(a);  // the last knot has no next
  const std::int64_t b = knots[(knot + 1) * stride];
  return static_cast<std::int32_t>(round_shift(a * (kSteps - fraction) + b * fraction, kStepBits));
}

int rate_level(int quality16, int levels) {
  check_quality(quality16);
  require(levels >= 1 && levels <= kMaxLevels, ErrorCode::kInvalidArgument, "number of rate levels is not in 1..65536");
  return (quality16 * (levels - 1) + kMaxQuality16 / 2) / kMaxQuality16;
}

}  // namespace imgcnn::entropy
