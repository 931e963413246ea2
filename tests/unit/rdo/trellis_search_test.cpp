// Searches through the trellis against all paths there are.

#include "imgcnn/rdo/trellis_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <random>

#include "imgcnn/model/dequantize.h"
#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::rdo {
namespace {

using entropy::CdfTable;
using entropy::DependentQuantizer;
using entropy::kMaxSymbol;

constexpr int kRows = 8, kFirst = 3;
const std::vector<std::int32_t> kSteps = {1100, 900, 700, 640, 600};  ///< of rows from kFirst on
constexpr int kStates[] = {32, 64, 128, 256, 512, 1024};
const DependentQuantizer kQuantizer(kRows, kFirst, kSteps);
double step_of(int row) { return kSteps[static_cast<std::size_t>(row - kFirst)] / 1024.0; }

CdfTable table() { return build_gaussian_table(kRows, 0.1, 3.0, kQuantizer); }

TEST(GaussianTable, RowsOfTheQuantizersAreBinsBetweenTheirPoints) {
  const auto with = table();
  ASSERT_EQ(with.rows(), static_cast<std::size_t>(kQuantizer.cdf_count()));
  for (int row = kFirst; row < kRows; ++row) {
    const double sigma = gaussian_sigma(row, kRows, 0.1, 3.0), step = step_of(row);
    const auto inside = [&](double edge) { return std::erf(edge / (sigma * std::sqrt(2.0))); };
    for (const int quantizer : {0, 1}) {
      const auto coding = kQuantizer.dependent_index(static_cast<std::uint16_t>(row), quantizer);
      EXPECT_EQ(kQuantizer.quantizer_of(coding), quantizer);
      const double zero = std::exp2(-cost_bits(with, coding, 0));
      EXPECT_NEAR(zero, inside(quantizer == 0 ? step : step / 2), 0.001) << row;
      const double one = std::exp2(-cost_bits(with, coding, 1));
      EXPECT_NEAR(
          one,
          (quantizer == 0 ? inside(3 * step) - inside(step) : inside(2 * step) - inside(step / 2)) /
              2,
          0.001)
          << row;
    }
  }
}

/// Symbols one after the other.
entropy::CodingOrder order_of(const std::vector<std::uint16_t>& rows) {
  return entropy::CodingOrder({1, std::max(1, static_cast<int>(rows.size()))});
}

struct Problem {
  std::vector<std::uint16_t> rows;
  std::vector<float> values;
};

Problem drawn(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Problem problem;
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::uint16_t>(random() % kRows);
    problem.rows.push_back(row);
    // As the rows expect; beyond 2 a search of all sequences would take too long.
    problem.values.push_back(static_cast<float>(
        std::clamp(normal(random) * gaussian_sigma(row, kRows, 0.1, 3.0), -2.0, 2.0)));
  }
  return problem;
}

/// Bits by the rows + weight * squared error.
double cost_of(const CdfTable& by, const Problem& problem, const std::vector<std::int32_t>& symbols,
               double weight, const DependentQuantizer& quantizer = kQuantizer) {
  const auto coding =
      entropy::coding_indexes(quantizer, problem.rows, symbols, order_of(problem.rows));
  const auto values = model::dequantize(quantizer, problem.rows, symbols, order_of(problem.rows));
  double cost = 0;
  for (std::size_t i = 0; i < symbols.size(); ++i)
    cost +=
        cost_bits(by, coding[i], symbols[i]) + weight * std::pow(values[i] - problem.values[i], 2);
  return cost;
}

/// A trellis of each number of states in turn.
DependentQuantizer quantizer_of(unsigned turn) {
  return {kRows, kFirst, kSteps, kStates[turn % std::size(kStates)]};
}

TEST(TrellisSearch, FindsTheBestOfAllPaths) {
  const auto by = table();
  for (unsigned seed = 0; seed < 20; ++seed) {
    const Problem problem = drawn(6, seed);
    const DependentQuantizer quantizer = quantizer_of(seed);
    const auto found = TrellisSearch(quantizer, by, problem.rows, order_of(problem.rows))
                           .cheapest_path(problem.values, 9);
    double least = std::numeric_limits<double>::infinity();
    std::vector<std::int32_t> symbols(6);
    for (int code = 0; code < 117649; ++code) {  // 7^6: magnitudes up to 3 of either sign
      for (int i = 0, rest = code; i < 6; ++i, rest /= 7)
        symbols[static_cast<std::size_t>(i)] = rest % 7 - 3;
      least = std::min(least, cost_of(by, problem, symbols, 9, quantizer));
    }
    EXPECT_LE(cost_of(by, problem, found, 9, quantizer), least + 1e-3) << seed;
  }
}

TEST(TrellisSearch, PacksPointsCloserThanRoundingDoes) {
  // At equal density of points: the quantizers' own step is twice that of their row, so is that of
  // the rounding.
  Problem problem = drawn(20000, 1);
  for (auto& row : problem.rows) row = kRows - 1;
  std::mt19937 random(2);
  std::normal_distribution<float> normal(0, 3);
  for (auto& value : problem.values) value = normal(random);
  const double step = 2 * step_of(kRows - 1);
  double rounded = 0;
  for (const float value : problem.values)
    rounded += std::pow(std::nearbyint(value / step) * step - value, 2);
  double before = rounded * std::pow(10, -0.09);
  for (unsigned turn = 0; turn < std::size(kStates); ++turn) {
    const DependentQuantizer quantizer = quantizer_of(turn);
    const auto path = TrellisSearch(quantizer, table(), problem.rows, order_of(problem.rows))
                          .cheapest_path(problem.values, 1e4F);
    const auto values = model::dequantize(quantizer, problem.rows, path, order_of(problem.rows));
    double dependent = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      dependent += std::pow(values[i] - problem.values[i], 2);
    // 1.2 dB for 32 states and uniform sources (Marcellin and Fischer 1990), zero in both
    // quantizers costs a little; more states, more.
    EXPECT_LT(dependent, before) << quantizer.states();
    before = dependent;
  }
}

TEST(TrellisSearch, GoesByTheOddsOfContexts) {
  const auto by = table();
  const Problem problem = drawn(300, 7);
  TrellisSearch search(kQuantizer, by, problem.rows, order_of(problem.rows));
  const auto plain = search.cheapest_path(problem.values, 9);
  std::vector<OddsShift> shifts(plain.size());
  search.follow(shifts);
  EXPECT_NEAR(cost_of(by, problem, search.cheapest_path(problem.values, 9), 9),
              cost_of(by, problem, plain, 9), 0.01);
  const auto zeros = [](const std::vector<std::int32_t>& symbols) {
    return std::count(symbols.begin(), symbols.end(), 0);
  };
  for (auto& shift : shifts) shift.gt0 = {-1420, -1420};  // 8 bits
  search.follow(shifts);
  EXPECT_GT(zeros(search.cheapest_path(problem.values, 9)), zeros(plain) + 30);
}

TEST(RowBitCosts, AreThoseOfTheTable) {
  const auto by = table();
  const RowBitCosts costs(by);
  for (std::size_t row = 0; row < by.rows(); ++row) {
    const auto by_row = costs.magnitude_bits(row);
    for (const std::int32_t m : {0, 1, 2, 3, 15, 16, 400, kMaxSymbol}) {
      const double bits = cost_bits(by, row, m);
      // Rows that hardly know anything but zero are as good as right.
      EXPECT_NEAR(costs.bits(by_row, row, m), bits, bits > 12 ? 0.1 : 0.01) << row << ' ' << m;
    }
  }
}

/// Means over all sequences of symbols of up to 3, by their costs.
std::vector<double> means_of(const CdfTable& by, const Problem& problem, double weight,
                             double temperature, const DependentQuantizer& quantizer) {
  const std::size_t count = problem.values.size();
  std::vector<double> means(count);
  double sum = 0;
  std::vector<std::int32_t> symbols(count);
  for (int code = 0; code < 16807; ++code) {  // 7^5
    for (std::size_t i = 0, rest = static_cast<std::size_t>(code); i < count; ++i, rest /= 7)
      symbols[i] = static_cast<std::int32_t>(rest % 7) - 3;
    const double mass = std::exp(-cost_of(by, problem, symbols, weight, quantizer) / temperature);
    const auto values = model::dequantize(quantizer, problem.rows, symbols, order_of(problem.rows));
    for (std::size_t i = 0; i < count; ++i) means[i] += mass * values[i];
    sum += mass;
  }
  for (double& mean : means) mean /= sum;
  return means;
}

TEST(TrellisSearch, ExpectsTheMeanOfAllPaths) {
  const auto by = table();
  for (unsigned seed = 0; seed < 10; ++seed) {
    const Problem problem = drawn(5, seed);
    const DependentQuantizer quantizer = quantizer_of(seed);
    const auto found = TrellisSearch(quantizer, by, problem.rows, order_of(problem.rows))
                           .expected_values(problem.values, 9, 1);
    const auto means = means_of(by, problem, 9, 1, quantizer);
    // The search leaves out symbols further from a value than the next.
    for (std::size_t i = 0; i < means.size(); ++i)
      EXPECT_NEAR(found[i], means[i], 0.05) << seed << ' ' << i;
  }
}

TEST(TrellisSearch, ColdMeansAreTheCheapestPath) {
  const auto by = table();
  const Problem problem = drawn(2000, 5);
  const TrellisSearch search(kQuantizer, by, problem.rows, order_of(problem.rows));
  const auto path = model::dequantize(
      kQuantizer, problem.rows, search.cheapest_path(problem.values, 9), order_of(problem.rows));
  const auto means = search.expected_values(problem.values, 9, 0.2F);
  std::size_t apart = 0;
  for (std::size_t i = 0; i < path.size(); ++i) apart += std::abs(path[i] - means[i]) > 0.1 ? 1 : 0;
  EXPECT_LT(apart, 200U);  // ways that cost nearly the same
}

TEST(TrellisSearch, ColdMeansOfManyStatesAreTheCheapestPath) {
  // The more symbols a code remembers, the less likely each half of the best way is by itself.
  const auto by = table();
  const DependentQuantizer quantizer(kRows, kFirst, kSteps, DependentQuantizer::kMaxStates);
  const Problem problem = drawn(20000, 6);
  const TrellisSearch search(quantizer, by, problem.rows, order_of(problem.rows));
  const auto path = model::dequantize(
      quantizer, problem.rows, search.cheapest_path(problem.values, 100), order_of(problem.rows));
  const auto means = search.expected_values(problem.values, 100, 0.1F);
  std::size_t apart = 0;
  for (std::size_t i = 0; i < path.size(); ++i)
    apart += std::abs(path[i] - means[i]) <= 0.2 ? 0 : 1;
  EXPECT_LT(apart, 1000U);
}

TEST(TrellisSearch, TakesAnyNumber) {
  const float kNan = std::numeric_limits<float>::quiet_NaN(),
              kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<float> values = {kNan, kInfinity, -kInfinity, 1e30F, -3e6F, 0, kNan};
  for (const std::uint16_t row : {0, 7}) {
    const TrellisSearch search(kQuantizer, table(), std::vector<std::uint16_t>(values.size(), row),
                               entropy::CodingOrder({1, static_cast<int>(values.size())}));
    for (const auto symbol : search.cheapest_path(values, 40))
      EXPECT_LE(std::abs(symbol), kMaxSymbol);
    for (const float mean : search.expected_values(values, 40, 1))
      EXPECT_TRUE(std::isfinite(mean)) << row;
  }
  EXPECT_TRUE(TrellisSearch(kQuantizer, table(), {}, entropy::CodingOrder({1, 1}))
                  .cheapest_path({}, 40)
                  .empty());
}

}  // namespace
}  // namespace imgcnn::rdo
