// Reconstruction points of dependent and of other symbols.

#include "imgcnn/model/dequantize.h"

#include <gtest/gtest.h>

namespace imgcnn::model {
namespace {

constexpr int kIndexes = 8, kFirst = 3;
/// Of indexes from kFirst on, in 1 / 1024.
const std::vector<std::int32_t> kSteps = {1100, 900, 700, 640, 600};
const entropy::DependentQuantizer kQuantizer(kIndexes, kFirst, kSteps);

TEST(Dequantize, PointsFollowTheStates) {
  const std::vector<std::uint16_t> indexes = {3, 0, 7, 3, 2, 3, 5, 3};
  const std::vector<std::int32_t> symbols = {1, 5, -2, 1, 7, -1, 3, 0};
  const auto values = dequantize(kQuantizer, indexes, symbols,
                                 entropy::CodingOrder({1, static_cast<int>(symbols.size())}));
  int state = 0;
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    if (indexes[i] < kFirst) {
      EXPECT_EQ(values[i], static_cast<float>(symbols[i]));
      continue;
    }
    const int p = state >> 4, sign = (symbols[i] > 0) - (symbols[i] < 0);
    const double step = kSteps[static_cast<std::size_t>(indexes[i] - kFirst)] / 1024.0;
    EXPECT_DOUBLE_EQ(values[i], static_cast<double>(2 * symbols[i] - p * sign) * step);
    state = (2 * state % 32) ^ (p == 1 ? 9 : 0) ^ (symbols[i] % 2 != 0 ? 4 : 0);
  }
}

TEST(Dequantize, WithoutAQuantizerSymbolsStandForThemselves) {
  EXPECT_EQ(dequantize({}, {0, 7, 65535}, {-3, 0, 9}, entropy::CodingOrder({1, 3})),
            (std::vector<float>{-3, 0, 9}));
}

}  // namespace
}  // namespace imgcnn::model
