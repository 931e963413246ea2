// Ideal costs of symbols under a static table.

#include "imgcnn/rdo/cost_bits.h"

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"

namespace imgcnn::rdo {
namespace {

TEST(CostBits, CountTheEscape) {
  const entropy::CdfTable table({-1}, {3}, {32768, 16384, 16384}, "t");
  EXPECT_DOUBLE_EQ(cost_bits(table, 0, -1), 1.0);
  EXPECT_DOUBLE_EQ(cost_bits(table, 0, 0), 2.0);
  EXPECT_DOUBLE_EQ(cost_bits(table, 0, 1), 2.0 + 6.0);         // distance 0: no mantissa
  EXPECT_DOUBLE_EQ(cost_bits(table, 0, -3), 2.0 + 6.0 + 1.0);  // distance 1
  EXPECT_THROW((void)cost_bits(table, 1, 0), Error);
  EXPECT_THROW((void)cost_bits(table, 0, entropy::kMaxSymbol + 1), Error);
}

}  // namespace
}  // namespace imgcnn::rdo
