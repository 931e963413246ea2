// Statistics of CDFs against plain sums over probabilities in floating point.

#include "entropy/context/index_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <random>
#include <utility>

#include "context_samples.h"
#include "entropy/context/logistic_scale.h"
#include "plain_logarithms.h"

namespace imgcnn::entropy {
namespace {

/// One CDF: symbols from `offset` on, the escape last.
CdfTable table_of(std::int32_t offset, std::vector<std::uint16_t> frequencies) {
  const auto length = static_cast<std::int32_t>(frequencies.size());
  return {{offset}, {length}, std::move(frequencies), "test"};
}

/// What the statistics of a CDF mean.
class PlainStatistics {
 public:
  PlainStatistics(const CdfTable& table, std::size_t index) {
    const std::int32_t offset = table.offsets()[index], escape = table.lengths()[index] - 1;
    for (std::int32_t entry = 0; entry < escape; ++entry)
      symbols_.emplace_back(offset + entry, table.interval(index, entry).frequency / 65536.0);
    escaped_ = table.interval(index, escape).frequency / 65536.0;
    behind_ = std::max(std::abs(offset), offset + escape);
  }

  /// Probability of symbols that `holds` is true of, without the escape.
  [[nodiscard]] double share(const std::function<bool(std::int32_t)>& holds) const {
    double sum = 0;
    for (const auto& [symbol, probability] : symbols_) sum += holds(symbol) ? probability : 0;
    return sum;
  }
  /// Probability of magnitudes from `least` on.
  [[nodiscard]] double at_least(std::int32_t least) const {
    return share([least](std::int32_t symbol) { return std::abs(symbol) >= least; }) +
           (behind_ >= least ? escaped_ : 0);
  }
  /// Expected value of min(of(magnitude), 64), the escape left out.
  [[nodiscard]] double mean(const std::function<std::int32_t(std::int32_t)>& of) const {
    double sum = 0;
    for (const auto& [symbol, probability] : symbols_)
      sum += probability * std::min(of(std::abs(symbol)), 64);
    return sum;
  }

 private:
  std::vector<std::pair<std::int32_t, double>> symbols_;
  double escaped_ = 0;
  std::int32_t behind_ = 0;  ///< the magnitude that stands for all escaped ones
};

/// Whether a logit says part / whole, as well as logits can; nothing of nothing is as likely as
/// not.
void expect_logit(int logit, double part, double whole, const std::string& of) {
  const double p = std::clamp(whole > 0 ? 65536 * part / whole : 32768, 16.0, 65520.0);
  EXPECT_NEAR(LogisticScale::instance().squash(logit), p, 5 + 0.005 * std::min(p, 65536 - p)) << of;
}

void expect_statistics(const CdfTable& table, const DependentQuantizer& quantizer = {}) {
  const auto statistics = index_statistics(table, quantizer);
  ASSERT_EQ(statistics.size(), table.rows());
  for (std::size_t index = 0; index < table.rows(); ++index) {
    SCOPED_TRACE("index " + std::to_string(index));
    const IndexStatistics& of = statistics[index];
    const PlainStatistics plain(table, index);
    const int own_quantizer = quantizer.quantizer_of(index);
    const auto level = [&](std::int32_t magnitude) {
      return quantizer.context_level(magnitude, own_quantizer);
    };
    EXPECT_EQ(of.magnitude, std::lround(65536 * plain.mean(level)));
    const double mean = 65536 * plain.mean([](std::int32_t magnitude) { return magnitude; });
    EXPECT_EQ(of.level, std::min(plain_quarter_octaves(std::max(mean, 1.0)), 95));
    EXPECT_NEAR(of.gt0, 65535 * plain.at_least(1), 1);
    EXPECT_NEAR(of.gt1, 65535 * plain.at_least(2) / plain.at_least(1), 1);
    expect_logit(of.negative, plain.share([](std::int32_t symbol) { return symbol < 0; }),
                 plain.share([](std::int32_t symbol) { return symbol != 0; }), "negative");
    for (std::int32_t k = 0; k < 14; ++k)
      expect_logit(of.greater[static_cast<std::size_t>(k)], plain.at_least(k + 1),
                   plain.at_least(k), "greater " + std::to_string(k));
    for (std::int32_t e = 0; e < 20; ++e)
      expect_logit(of.exponent[static_cast<std::size_t>(e)], plain.at_least(13 + (2 << e)),
                   plain.at_least(13 + (1 << e)), "exponent " + std::to_string(e));
  }
}

TEST(IndexStatistics, AreSumsOverSymmetricCdfs) { expect_statistics(geometric_table(kSpreads)); }

TEST(IndexStatistics, AreSumsOverLeaningCdfs) {
  expect_statistics(geometric_table(kSpreads, true));
  const auto statistics = index_statistics(geometric_table(kSpreads, true), {});
  EXPECT_LT(statistics[4].negative, -256);
}

TEST(IndexStatistics, AreSumsOverDependentCdfs) {
  const DependentQuantizer quantizer(kSpreads, 3, 700);
  const CdfTable table = geometric_table(kSpreads, false, quantizer);
  expect_statistics(table, quantizer);
  // Levels of independent indexes are counted in steps too.
  EXPECT_EQ(index_statistics(table, quantizer)[2].magnitude,
            2 * index_statistics(table, {})[2].magnitude);
}

TEST(IndexStatistics, TwoQuantizersSeeOneCdfDifferently) {
  // Indexes 1 and 2 code index 0 by the two quantizers.
  const std::vector<std::uint16_t> one = {16384, 16384, 16384, 16383, 1};
  std::vector<std::uint16_t> frequencies;
  for (int i = 0; i < 3; ++i) frequencies.insert(frequencies.end(), one.begin(), one.end());
  const CdfTable table({-1, -1, -1}, {5, 5, 5}, frequencies, "test");
  const DependentQuantizer quantizer(1, 0, 700);
  expect_statistics(table, quantizer);
  const auto statistics = index_statistics(table, quantizer);
  // Symbols -1, 1 and 2 are levels 2, 2 and 4 of the first, 1, 1 and 3 of the second.
  EXPECT_EQ(statistics[1].magnitude, 2 * 16384 + 2 * 16384 + 4 * 16383);
  EXPECT_EQ(statistics[2].magnitude, 16384 + 16384 + 3 * 16383);
  EXPECT_EQ(statistics[1].level, statistics[2].level);
  EXPECT_EQ(statistics[1].greater, statistics[2].greater);
}

TEST(IndexStatistics, CountTheEscapeAsLargerThanAllElse) {
  // Zero, or something else: one step beyond zero at least.
  const IndexStatistics seldom = index_statistics(table_of(0, {65535, 1}), {})[0];
  EXPECT_EQ(seldom.magnitude, 0);
  EXPECT_EQ(seldom.level, 0);
  EXPECT_EQ(seldom.gt0, 0U);
  EXPECT_EQ(seldom.gt1, 0U);
  const IndexStatistics often = index_statistics(table_of(-2, {1, 1, 1, 1, 65532}), {})[0];
  EXPECT_GT(often.gt0, 65520U);
  EXPECT_GT(often.gt1, 65520U);
  EXPECT_GT(often.greater[1], 2000);
  // Nothing is known from 3 on.
  EXPECT_LT(often.greater[2], -2000);
  expect_statistics(table_of(-2, {1, 1, 1, 1, 65532}));
}

TEST(IndexStatistics, AreSumsOverOneSidedAndFarCdfs) {
  expect_statistics(table_of(1, {30000, 30000, 5000, 536}));
  expect_statistics(table_of(-4, {536, 5000, 30000, 30000}));
  expect_statistics(table_of(kMaxSymbol - 2, {30000, 30000, 5000, 536}));
  expect_statistics(table_of(-kMaxSymbol, {30000, 30000, 5000, 536}));
}

TEST(IndexStatistics, AreSumsOverRandomCdfs) {
  std::mt19937 random(7);
  for (int i = 0; i < 50; ++i) {
    std::vector<std::uint16_t> frequencies(2 + random() % 200);
    std::uint32_t rest = 65536;
    for (std::size_t entry = 0; entry + 1 < frequencies.size(); ++entry) {
      const auto left = static_cast<std::uint32_t>(frequencies.size() - 1 - entry);
      frequencies[entry] = static_cast<std::uint16_t>(
          1 + random() % std::min<std::uint32_t>(2 * (rest / (left + 1)), rest - left));
      rest -= frequencies[entry];
    }
    frequencies.back() = static_cast<std::uint16_t>(rest);
    expect_statistics(
        table_of(static_cast<std::int32_t>(random() % 220) - 200, std::move(frequencies)));
  }
}

}  // namespace
}  // namespace imgcnn::entropy
