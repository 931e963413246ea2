#pragma once
// What integer logarithms approximate, in floating point.

#include <cmath>

namespace imgcnn::entropy {

/// log2(v) in units of 1 / units, rounded down, where the mantissa is taken for its own logarithm.
/// Requires: v >= 1.
inline int plain_log2(double v, int units) {
  int exponent = 0;
  const double mantissa = std::frexp(v, &exponent);  // 1/2 <= mantissa < 1
  return (exponent - 1) * units + static_cast<int>(std::floor((2 * mantissa - 1) * units));
}

inline int plain_quarter_octaves(double v) { return plain_log2(v, 4); }

}  // namespace imgcnn::entropy
