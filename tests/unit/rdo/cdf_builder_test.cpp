// Quantized probabilities: legal tables whose cost is close to the entropy.

#include "imgcnn/rdo/cdf_builder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "imgcnn/base/error.h"
#include "imgcnn/rdo/cost_bits.h"

namespace imgcnn::rdo {
namespace {

double cost(const std::vector<double>& p, const std::vector<std::uint16_t>& frequencies) {
  double bits = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) bits += p[i] * (16.0 - std::log2(frequencies[i]));
  return bits;
}

TEST(QuantizePmf, KeepsEverySymbolPossible) {
  const TableRow row = quantize_pmf({1.0, 0.0, 0.0}, 0.0, -1);
  EXPECT_EQ(row.offset, -1);
  EXPECT_EQ(row.frequencies, (std::vector<std::uint16_t>{65533, 1, 1, 1}));
  EXPECT_EQ(quantize_pmf({1.0, 1.0}, 2.0, 0).frequencies,
            (std::vector<std::uint16_t>{16384, 16384, 32768}));
}

TEST(QuantizePmf, NoExchangeOfOneUnitIsCheaper) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<double> p(2 + random() % 60);
    for (double& v : p)
      v = std::pow(10.0, -static_cast<double>(random() % 8)) * (1.0 + random() % 100);
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& v : p) v /= sum;
    const auto row = quantize_pmf({p.begin(), p.end() - 1}, p.back(), 0);
    EXPECT_EQ(std::accumulate(row.frequencies.begin(), row.frequencies.end(), 0), 65536);
    const double best = cost(p, row.frequencies);
    for (std::size_t i = 0; i < p.size(); ++i) {
      for (std::size_t j = 0; j < p.size(); ++j) {
        if (i == j || row.frequencies[j] == 1) continue;
        auto other = row.frequencies;
        ++other[i];
        --other[j];
        ASSERT_GE(cost(p, other), best - 1e-12);
      }
    }
  }
}

TEST(QuantizePmf, RefusesWhatIsNoDistribution) {
  EXPECT_THROW((void)quantize_pmf({}, 1.0, 0), Error);
  EXPECT_THROW((void)quantize_pmf({0.5, -0.1}, 0.0, 0), Error);
  EXPECT_THROW((void)quantize_pmf({0.5, NAN}, 0.0, 0), Error);
  EXPECT_THROW((void)quantize_pmf({0.0}, 0.0, 0), Error);
  EXPECT_THROW((void)quantize_pmf(std::vector<double>(4096, 1.0), 0.0, 0), Error);
  EXPECT_NO_THROW((void)quantize_pmf(std::vector<double>(4095, 1.0), 0.0, 0));
}

TEST(GaussianTable, CostIsCloseToTheEntropy) {
  constexpr int kRows = 64;
  const entropy::CdfTable table = build_gaussian_table(kRows, 0.11, 256.0);
  ASSERT_EQ(table.rows(), static_cast<std::size_t>(kRows));
  for (int row = 0; row < kRows; ++row) {
    const double sigma = 0.11 * std::pow(256.0 / 0.11, row / (kRows - 1.0));
    const auto cdf = [&](double x) { return 0.5 * std::erfc(-x / (sigma * std::sqrt(2.0))); };
    double ideal = 0.0;
    double expected = 0.0;
    for (int v = 0; v < 8 * sigma + 8; ++v) {
      const double p = cdf(-v + 0.5) - cdf(-v - 0.5);
      if (p <= 0.0) break;
      const double both = v == 0 ? p : 2.0 * p;
      ideal -= both * std::log2(p);
      expected += both * 0.5 *
                  (cost_bits(table, static_cast<std::size_t>(row), v) +
                   cost_bits(table, static_cast<std::size_t>(row), -v));
    }
    EXPECT_GE(expected, ideal - 1e-9);
    EXPECT_LE(expected, ideal * 1.001 + 1e-3) << "sigma " << sigma;
  }
}

TEST(GaussianTable, ReachesBeyondTheLongestRow) {
  EXPECT_NO_THROW((void)build_gaussian_table(2, 1.0, 1e6));
  EXPECT_EQ(build_gaussian_table(1, 1.0, 1.0).rows(), 1U);
  EXPECT_THROW((void)build_gaussian_table(0, 1.0, 2.0), Error);
  EXPECT_THROW((void)build_gaussian_table(4, 0.0, 2.0), Error);
  EXPECT_THROW((void)build_gaussian_table(4, 2.0, 1.0), Error);
}

TEST(JoinRows, KeepsOrder) {
  const entropy::CdfTable table = join_rows({{-2, {65535, 1}}, {3, {1, 1, 65534}}}, "t");
  EXPECT_EQ(table.offsets(), (std::vector<std::int32_t>{-2, 3}));
  EXPECT_EQ(table.lengths(), (std::vector<std::int32_t>{2, 3}));
  EXPECT_EQ(table.frequencies(), (std::vector<std::uint16_t>{65535, 1, 1, 1, 65534}));
  EXPECT_THROW((void)join_rows({}, "t"), Error);
}

}  // namespace
}  // namespace imgcnn::rdo
