// Scalar quantization: the nearest symbols, and when a cheaper one is worth its error.

#include "imgcnn/rdo/scalar_rdoq.h"

#include <gtest/gtest.h>

#include <limits>

#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::rdo {
namespace {

using entropy::kMaxSymbol;

TEST(NearestSymbol, IsWithinWhatCanBeCoded) {
  EXPECT_EQ(nearest_symbol(2.4F), 2);
  EXPECT_EQ(nearest_symbol(-2.6F), -3);
  EXPECT_EQ(nearest_symbol(1e9F), kMaxSymbol);
  EXPECT_EQ(nearest_symbol(-1e9F), -kMaxSymbol);
  EXPECT_EQ(nearest_symbol(std::numeric_limits<float>::quiet_NaN()), kMaxSymbol);
}

TEST(ScalarRdoq, TakesTheSymbolOfLeastBitsAndError) {
  const auto table = build_gaussian_table(1, 0.3, 0.3);
  const std::vector<float> values = {0.0F, 0.52F, -0.52F, 0.98F, 1.6F, -3.0F};
  const std::vector<std::uint16_t> indexes(values.size(), 0);
  // Errors that weigh much leave the nearest symbols, errors that weigh nearly nothing none but
  // zeros.
  EXPECT_EQ(scalar_rdoq(table, indexes, values, 1e4F),
            (std::vector<std::int32_t>{0, 1, -1, 1, 2, -3}));
  EXPECT_EQ(scalar_rdoq(table, indexes, values, 1e-3F),
            (std::vector<std::int32_t>(values.size(), 0)));
  // Between them, just beyond the middle is not worth the bits of a rare symbol.
  EXPECT_EQ(cheapest_symbol(table, 0, 0.52F, kRdoqWeight), 0);
  EXPECT_EQ(cheapest_symbol(table, 0, 0.98F, kRdoqWeight), 1);
}

TEST(ScalarRdoq, StaysWithinWhatCanBeCoded) {
  const auto table = build_gaussian_table(1, 1.0, 1.0);
  EXPECT_EQ(cheapest_symbol(table, 0, 1e9F, kRdoqWeight), kMaxSymbol);
  EXPECT_EQ(cheapest_symbol(table, 0, -1e9F, kRdoqWeight), -kMaxSymbol);
}

}  // namespace
}  // namespace imgcnn::rdo
