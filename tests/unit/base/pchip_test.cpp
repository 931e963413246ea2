// Interpolation with known answers.

#include "imgcnn/base/pchip.h"

#include <gtest/gtest.h>

#include <cmath>

#include "imgcnn/base/error.h"

namespace imgcnn {
namespace {

TEST(Pchip, MatchesHandComputedValues) {
  const Pchip f({0.0, 1.0, 3.0}, {0.0, 1.0, 2.0});
  EXPECT_DOUBLE_EQ(f(0.0), 0.0);
  EXPECT_DOUBLE_EQ(f(1.0), 1.0);
  EXPECT_DOUBLE_EQ(f(3.0), 2.0);
  // Slopes 7/6 at the end and 9/13 inside.
  EXPECT_NEAR(f(0.5), 0.5 + 0.25 * 0.5 * (7.0 / 6.0 - 9.0 / 13.0), 1e-12);
  EXPECT_DOUBLE_EQ(f(-5.0), 0.0);
  EXPECT_DOUBLE_EQ(f(9.0), 2.0);
}

TEST(Pchip, StaysMonotoneAndInsideTheData) {
  const Pchip f({0.0, 1.0, 1.1, 3.0, 3.2, 6.0}, {0.0, 0.01, 5.0, 5.0, 9.0, 9.1});
  double last = f(0.0);
  for (double x = 0.0; x <= 6.0; x += 0.001) {
    const double value = f(x);
    ASSERT_GE(value, last - 1e-12) << x;
    ASSERT_LE(value, 9.1 + 1e-12);
    last = value;
  }
}

TEST(Pchip, IntegratesExactly) {
  const Pchip line({0.0, 1.0, 2.5, 4.0}, {1.0, 3.0, 6.0, 9.0});
  EXPECT_NEAR(line.integral(0.0, 4.0), 20.0, 1e-12);
  EXPECT_NEAR(line.integral(0.5, 3.0), 2.5 * 4.5, 1e-12);
  const Pchip f({0.0, 1.0, 3.0, 4.0}, {0.0, 2.0, 2.5, 7.0});
  double sum = 0.0;
  constexpr int kSteps = 100000;
  for (int i = 0; i < kSteps; ++i) sum += f(0.3 + 3.4 * (i + 0.5) / kSteps);
  EXPECT_NEAR(f.integral(0.3, 3.7), sum * 3.4 / kSteps, 1e-8);
}

TEST(Pchip, RefusesWhatIsNoFunction) {
  EXPECT_THROW(Pchip({1.0}, {1.0}), Error);
  EXPECT_THROW(Pchip({1.0, 1.0}, {1.0, 2.0}), Error);
  EXPECT_THROW(Pchip({1.0, 2.0}, {1.0}), Error);
  EXPECT_THROW(Pchip({1.0, std::nan("")}, {1.0, 2.0}), Error);
}

}  // namespace
}  // namespace imgcnn
