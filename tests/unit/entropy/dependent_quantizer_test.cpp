// Dependent quantization: the code behind it, and walks.

#include "imgcnn/entropy/dependent_quantizer.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "imgcnn/base/error.h"

namespace imgcnn::entropy {
namespace {

constexpr int kRows = 8, kFirst = 3, kStep = 700;
const std::vector<std::int32_t> kSteps = {1100, 900, 700, 640, 600};  ///< of rows from kFirst on
const DependentQuantizer kQuantizer(kRows, kFirst, kSteps);

struct Code {
  int states, h0, h1;
};
/// Ungerboeck's, for amplitude modulation, and two found for quantizing.
constexpr Code kCodes[] = {{32, 045, 010},    {64, 0103, 024},    {128, 0235, 0126},
                           {256, 0515, 0362}, {512, 01621, 0412}, {1024, 02215, 01536}};

TEST(DependentQuantizer, StatesObeyTheParityCheckOfTheirCode) {
  // The sum over j of h0_j * quantizer(n - j) + h1_j * parity(n - j) is even.
  for (const auto& code : kCodes) {
    const DependentQuantizer quantizer(kRows, kFirst, kStep, code.states);
    ASSERT_EQ(quantizer.states(), code.states);
    std::mt19937 random(3);
    std::vector<int> quantizers, parities;
    int state = 0;
    for (int n = 0; n < 500; ++n) {
      quantizers.push_back(quantizer.quantizer(state));
      parities.push_back(static_cast<int>(random() & 1));
      state = quantizer.next(state, parities.back() != 0);
      ASSERT_GE(state, 0);
      ASSERT_LT(state, code.states);
      int sum = 0;
      for (int j = 0; code.h0 >> j != 0 && j <= n; ++j) {
        const auto at = static_cast<std::size_t>(n - j);
        sum += (code.h0 >> j & 1) * quantizers[at] + (code.h1 >> j & 1) * parities[at];
      }
      EXPECT_EQ(sum % 2, 0) << code.states << ' ' << n;
    }
  }
}

TEST(DependentQuantizer, ItsQuantizersShareTheStepsAndZero) {
  for (int n = -9; n <= 9; ++n) {
    EXPECT_EQ(DependentQuantizer::reconstruction_level(n, 0), 2 * n);
    EXPECT_EQ(DependentQuantizer::reconstruction_level(n, 1),
              n == 0 ? 0 : 2 * n - (n > 0 ? 1 : -1));
  }
}

TEST(DependentQuantizer, RefusesWhatCannotBe) {
  EXPECT_THROW(DependentQuantizer(8, 8, 700), Error);
  EXPECT_THROW(DependentQuantizer(8, -1, 700), Error);
  EXPECT_THROW(DependentQuantizer(8, 3, 0), Error);
  EXPECT_THROW(DependentQuantizer(8, 3, 4097), Error);
  EXPECT_THROW(DependentQuantizer(8, 3, std::vector<std::int32_t>{700, 700, 0, 700, 700}), Error);
  EXPECT_THROW(DependentQuantizer(8, 3, std::vector<std::int32_t>{700, 700, 700, 700}), Error);
  EXPECT_THROW(DependentQuantizer(8, std::numeric_limits<int>::min(), 700), Error);
  EXPECT_THROW(DependentQuantizer(40000, 0, 700), Error);
  EXPECT_THROW(DependentQuantizer(8, 3, 700, 16), Error);
  EXPECT_THROW(DependentQuantizer(8, 3, 700, 48), Error);
  EXPECT_EQ(DependentQuantizer(8, 3, 700).cdf_count(), 18);
}

TEST(DependentQuantizer, IndexesFollowTheSymbolsThatItAppliesTo) {
  const std::vector<std::uint16_t> rows = {3, 0, 7, 3, 2, 3, 5, 3};
  const std::vector<std::int32_t> symbols = {1, 5, -2, 1, 7, -1, 3, 0};
  const auto coding =
      coding_indexes(kQuantizer, rows, symbols, CodingOrder({1, static_cast<int>(rows.size())}));
  int state = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < kFirst) {
      EXPECT_EQ(coding[i], rows[i]);
      continue;
    }
    const int p = state >> 4;
    EXPECT_EQ(coding[i], kRows + 2 * (rows[i] - kFirst) + p);
    state = (2 * state % 32) ^ (p == 1 ? 9 : 0) ^ (symbols[i] % 2 != 0 ? 4 : 0);
  }
}

TEST(DependentQuantizer, KeepsItsStepsAsIntegers) {
  for (std::size_t i = 0; i < kSteps.size(); ++i)
    EXPECT_EQ(kQuantizer.step(static_cast<std::uint16_t>(kFirst + static_cast<int>(i))), kSteps[i]);
}

TEST(DependentQuantizer, KnowsTheQuantizerOfACodingIndex) {
  for (std::uint16_t index = kFirst; index < kRows; ++index) {
    for (const int quantizer : {0, 1})
      EXPECT_EQ(kQuantizer.quantizer_of(kQuantizer.dependent_index(index, quantizer)), quantizer);
    EXPECT_EQ(kQuantizer.quantizer_of(index), 0);
  }
}

TEST(DependentQuantizer, EmptyOneLeavesIndexesAndLevelsAlone) {
  const std::vector<std::uint16_t> rows = {0, 7, 65535};
  const std::vector<std::int32_t> symbols = {-3, 0, 9};
  EXPECT_EQ(coding_indexes({}, rows, symbols, CodingOrder({1, static_cast<int>(rows.size())})),
            rows);
  EXPECT_EQ(DependentQuantizer().context_level(-3, 0), -3);
  EXPECT_EQ(kQuantizer.context_level(-3, 0), -6);
  EXPECT_EQ(DependentQuantizer().cdf_count(), 0);
}

}  // namespace
}  // namespace imgcnn::entropy
