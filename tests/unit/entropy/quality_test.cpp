// Integer interpolation over quality.

#include "imgcnn/entropy/quality.h"

#include <gtest/gtest.h>

#include <vector>

#include "imgcnn/base/error.h"

namespace imgcnn::entropy {
namespace {

TEST(AtRate, IsExactAtKnotsAndLinearBetween) {
  std::vector<std::int32_t> knots(2 * kRateKnots, -1);
  for (int k = 0; k < kRateKnots; ++k) knots[static_cast<std::size_t>(2 * k)] = 16 * k - 800;
  for (int q = 0; q <= kMaxQuality16; ++q) EXPECT_EQ(at_rate(knots.data(), 2, q), q - 800) << q;
  for (int q = 0; q <= kMaxQuality16; ++q) EXPECT_EQ(at_rate(knots.data() + 1, 2, q), -1);
  knots[0] = INT32_MIN;
  knots[2] = INT32_MAX;
  EXPECT_EQ(at_rate(knots.data(), 2, 8), 0);  // -1/2 rounds up
  EXPECT_EQ(at_rate(knots.data(), 2, 0), INT32_MIN);
}

TEST(AtRate, RefusesQualitiesOutOfRange) {
  const std::vector<std::int32_t> knots(kRateKnots, 3);
  EXPECT_THROW((void)at_rate(knots.data(), 1, -1), Error);
  EXPECT_THROW((void)at_rate(knots.data(), 1, kMaxQuality16 + 1), Error);
}

TEST(RateLevel, IsTheNearest) {
  EXPECT_EQ(rate_level(0, 33), 0);
  EXPECT_EQ(rate_level(24, 33), 0);
  EXPECT_EQ(rate_level(25, 33), 1);
  EXPECT_EQ(rate_level(800, 33), 16);
  EXPECT_EQ(rate_level(1600, 33), 32);
  EXPECT_EQ(rate_level(1600, 1), 0);
  EXPECT_THROW((void)rate_level(1601, 33), Error);
  EXPECT_THROW((void)rate_level(0, 0), Error);
}

}  // namespace
}  // namespace imgcnn::entropy
