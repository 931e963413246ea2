#pragma once
// Integer arithmetic that says when it overflows.

#include <cstdint>
#include <limits>

#include "imgcnn/base/error.h"

namespace imgcnn {

/// a * b. Throws kLimitExceeded naming `what` when the product does not fit 64 bits.
[[nodiscard]] inline std::uint64_t checked_mul(std::uint64_t a, std::uint64_t b, const char* what) {
  if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b) {
    throw Error(ErrorCode::kLimitExceeded, std::string(what) + " is too large");
  }
  return a * b;
}

/// a / b rounded up. Requires: a >= 0, b > 0.
template <typename T>
[[nodiscard]] constexpr T ceil_div(T a, T b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

/// The smallest multiple of b that is not below a. Requires: a >= 0, b > 0, the result fits T.
template <typename T>
[[nodiscard]] constexpr T round_up(T a, T b) {
  return ceil_div(a, b) * b;
}

}  // namespace imgcnn
