// Half precision: every value, and how what lies between is rounded.

#include "imgcnn/base/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace imgcnn {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// By the definition of binary16, for a half that is neither infinite nor NaN.
double defined_value(int half) {
  const int exponent = half >> 10 & 31, fraction = half & 1023;
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

TEST(Half, EveryValueIsWhatItIsDefinedToBe) {
  for (int half = 0; half < 65536; ++half) {
    const float value = half_to_float(static_cast<std::uint16_t>(half));
    if ((half & 0x7C00) != 0x7C00) {
      ASSERT_EQ(value, defined_value(half)) << half;
      ASSERT_EQ(std::signbit(value), half >= 0x8000) << half;
    } else if ((half & 1023) == 0) {
      ASSERT_EQ(value, half >= 0x8000 ? -kInfinity : kInfinity);
    } else {
      ASSERT_TRUE(std::isnan(value)) << half;
    }
  }
}

TEST(Half, EveryValueComesBack) {
  for (int half = 0; half < 65536; ++half) {
    const float value = half_to_float(static_cast<std::uint16_t>(half));
    const int back = float_to_half(value);
    if (std::isnan(value)) {
      ASSERT_TRUE(std::isnan(half_to_float(static_cast<std::uint16_t>(back)))) << half;
    } else {
      ASSERT_EQ(back, half);
    }
  }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
  // All pairs of neighbours from 0 to the largest; the middle of two is a float.
  for (int half = 0; half < 0x7BFF; ++half) {
    const int even = half + half % 2;
    const auto middle = static_cast<float>((defined_value(half) + defined_value(half + 1)) / 2);
    for (const bool negative : {false, true}) {
      const int sign = negative ? 0x8000 : 0;
      const auto rounded = [&](float value) {
        return float_to_half(negative ? -value : value) - sign;
      };
      ASSERT_EQ(rounded(middle), even) << half;
      ASSERT_EQ(rounded(std::nextafter(middle, 0.0F)), half) << half;
      ASSERT_EQ(rounded(std::nextafter(middle, kInfinity)), half + 1) << half;
    }
  }
}

TEST(Half, EndsOfTheRange) {
  EXPECT_EQ(float_to_half(65504.0F), 0x7BFF);
  EXPECT_EQ(float_to_half(std::nextafter(65520.0F, 0.0F)), 0x7BFF);
  EXPECT_EQ(float_to_half(65520.0F), 0x7C00);
  EXPECT_EQ(float_to_half(-std::numeric_limits<float>::max()), 0xFC00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::denorm_min()), 0);
  EXPECT_EQ(float_to_half(-std::numeric_limits<float>::min()), 0x8000);
}

}  // namespace
}  // namespace imgcnn
