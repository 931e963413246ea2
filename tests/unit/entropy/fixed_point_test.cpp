// Shifts that round alike on both sides of zero.

#include "imgcnn/entropy/fixed_point.h"

#include <gtest/gtest.h>

namespace imgcnn::entropy {
namespace {

TEST(FloorShift, RoundsDownOnBothSidesOfZero) {
  EXPECT_EQ(floor_shift(7, 1), 3);
  EXPECT_EQ(floor_shift(-7, 1), -4);
  EXPECT_EQ(floor_shift(-8, 3), -1);
  EXPECT_EQ(floor_shift(-1, 40), -1);
  EXPECT_EQ(floor_shift(INT64_MIN, 62), -2);
  EXPECT_EQ(round_shift(-3, 1), -1);
  EXPECT_EQ(round_shift(3, 1), 2);
  EXPECT_EQ(round_shift(-5, 0), -5);
}

}  // namespace
}  // namespace imgcnn::entropy
