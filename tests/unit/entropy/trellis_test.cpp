// Dependent quantization: the code behind it, and walks.

#include "imgcnn/entropy/trellis.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "imgcnn/base/error.h"

namespace imgcnn::entropy {
namespace {

constexpr int kRows = 8, kFirst = 3, kStep = 700;
const std::vector<std::int32_t> kSteps = {1100, 900, 700, 640, 600};  ///< of rows from kFirst on
const Trellis kTrellis(kRows, kFirst, kSteps);
double step_of(int row) { return kSteps[static_cast<std::size_t>(row - kFirst)] / 1024.0; }

struct Code {
  int states, h0, h1;
};
/// Ungerboeck's, for amplitude modulation, and two found for quantising.
constexpr Code kCodes[] = {{32, 045, 010},    {64, 0103, 024},    {128, 0235, 0126},
                           {256, 0515, 0362}, {512, 01621, 0412}, {1024, 02215, 01536}};

TEST(Trellis, StatesObeyTheParityCheckOfTheirCode) {
  // The sum over j of h0_j * quantiser(n - j) + h1_j * parity(n - j) is even.
  for (const auto& code : kCodes) {
    const Trellis trellis(kRows, kFirst, kStep, code.states);
    ASSERT_EQ(trellis.states(), code.states);
    std::mt19937 random(3);
    std::vector<int> quantisers, parities;
    int state = 0;
    for (int n = 0; n < 500; ++n) {
      quantisers.push_back(trellis.quantiser(state));
      parities.push_back(static_cast<int>(random() & 1));
      state = trellis.next(state, parities.back() != 0);
      ASSERT_GE(state, 0);
      ASSERT_LT(state, code.states);
      int sum = 0;
      for (int j = 0; code.h0 >> j != 0 && j <= n; ++j) {
        const auto at = static_cast<std::size_t>(n - j);
        sum += (code.h0 >> j & 1) * quantisers[at] + (code.h1 >> j & 1) * parities[at];
      }
      EXPECT_EQ(sum % 2, 0) << code.states << ' ' << n;
    }
  }
}

TEST(Trellis, ItsQuantisersShareTheStepsAndZero) {
  for (int n = -9; n <= 9; ++n) {
    EXPECT_EQ(Trellis::steps_of(n, 0), 2 * n);
    EXPECT_EQ(Trellis::steps_of(n, 1), n == 0 ? 0 : 2 * n - (n > 0 ? 1 : -1));
  }
}

TEST(Trellis, RefusesWhatCannotBe) {
  EXPECT_THROW(Trellis(8, 8, 700), Error);
  EXPECT_THROW(Trellis(8, -1, 700), Error);
  EXPECT_THROW(Trellis(8, 3, 0), Error);
  EXPECT_THROW(Trellis(8, 3, 4097), Error);
  EXPECT_THROW(Trellis(8, 3, std::vector<std::int32_t>{700, 700, 0, 700, 700}), Error);
  EXPECT_THROW(Trellis(8, 3, std::vector<std::int32_t>{700, 700, 700, 700}), Error);
  EXPECT_THROW(Trellis(8, std::numeric_limits<int>::min(), 700), Error);
  EXPECT_THROW(Trellis(40000, 0, 700), Error);
  EXPECT_THROW(Trellis(8, 3, 700, 16), Error);
  EXPECT_THROW(Trellis(8, 3, 700, 48), Error);
  EXPECT_EQ(Trellis(8, 3, 700).all_rows(), 18);
}

TEST(Trellis, RowsAndValuesFollowTheSymbolsThatTakePart) {
  const std::vector<std::uint16_t> rows = {3, 0, 7, 3, 2, 3, 5, 3};
  const std::vector<std::int32_t> symbols = {1, 5, -2, 1, 7, -1, 3, 0};
  const auto coding = walked_rows(kTrellis, rows, symbols);
  const auto values = walked_values(kTrellis, rows, symbols);
  int state = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < kFirst) {
      EXPECT_EQ(coding[i], rows[i]);
      EXPECT_EQ(values[i], static_cast<float>(symbols[i]));
      continue;
    }
    const int p = state >> 4, sign = (symbols[i] > 0) - (symbols[i] < 0);
    EXPECT_EQ(coding[i], kRows + 2 * (rows[i] - kFirst) + p);
    EXPECT_DOUBLE_EQ(values[i], static_cast<double>(2 * symbols[i] - p * sign) * step_of(rows[i]));
    state = (2 * state % 32) ^ (p == 1 ? 9 : 0) ^ (symbols[i] % 2 != 0 ? 4 : 0);
  }
}

TEST(Trellis, WithoutOneSymbolsStandForThemselves) {
  const std::vector<std::uint16_t> rows = {0, 7, 65535};
  const std::vector<std::int32_t> symbols = {-3, 0, 9};
  EXPECT_EQ(walked_rows({}, rows, symbols), rows);
  EXPECT_EQ(walked_values({}, rows, symbols), (std::vector<float>{-3, 0, 9}));
}

}  // namespace
}  // namespace imgcnn::entropy
