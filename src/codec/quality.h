#pragma once
// The quality between a caller's number, the integer of a file (entropy/quality.h) and what
// networks are told.

#include <cmath>

#include "imgcnn/entropy/quality.h"

namespace imgcnn::codec {

/// Returns the quality16 nearest to a quality 0..100.
[[nodiscard]] inline int to_quality16(double quality) {
  return static_cast<int>(std::lround(quality * entropy::kQualitySteps));
}

/// Returns the quality 0..100 of a quality16.
[[nodiscard]] constexpr double to_quality(int quality16) {
  return quality16 / static_cast<double>(entropy::kQualitySteps);
}

/// Returns the quality as networks are told it, a share of the whole range, 0..1.
[[nodiscard]] constexpr double quality_share(int quality16) {
  return quality16 / static_cast<double>(entropy::kMaxQuality16);
}

}  // namespace imgcnn::codec
