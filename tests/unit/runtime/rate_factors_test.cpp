// Factors of channels by quality, and the exponential function behind them.

#include <gtest/gtest.h>

#include <cmath>

#include "runtime/weight_reader.h"
#include "test_kernels.h"

namespace imgcnn::runtime {
namespace {

TEST(PortableExp, IsAsGoodAsTheLibrarys) {
  double worst = 0;
  for (int i = -80000; i <= 80000; ++i) {
    const double x = i * 1e-3 + (i % 7) * 1e-5;
    worst = std::max(worst, std::abs(portable_exp(x) / std::exp(x) - 1));
  }
  EXPECT_LT(worst, 1e-14);
}

TEST(PortableExp, IsExactWhereItCanBe) {
  EXPECT_EQ(portable_exp(0), 1.0);
  EXPECT_NEAR(portable_exp(700) / std::exp(700.0), 1, 1e-13);
  EXPECT_NEAR(portable_exp(-700) / std::exp(-700.0), 1, 1e-13);
  for (int n = -100; n <= 100; ++n)
    EXPECT_NEAR(portable_exp(n * std::log(2.0)) / std::ldexp(1.0, n), 1, 1e-13);
}

RateFactors factors(const std::vector<float>& logs, int knots, int channels) {
  bitstream::TensorFile file;
  bitstream::put_f32(file, "rate.log_knots", {knots, channels}, logs);
  return {WeightReader(file, ""), "rate", knots, channels};
}

TEST(RateFactors, AreLogLinearBetweenKnots) {
  constexpr int kKnots = 4, kChannels = 3;
  Random random(1);
  const auto logs = random_values(random, kKnots * kChannels, 2);
  const auto rate = factors(logs, kKnots, kChannels);
  for (int step = 0; step <= 30; ++step) {
    const auto at = rate.at(step / 30.0);
    ASSERT_EQ(at.size(), 16U);
    const int left = std::min(step / 10, kKnots - 2);
    const double share = step / 10.0 - left;
    for (int c = 0; c < kChannels; ++c) {
      const double low = logs[static_cast<std::size_t>(left * kChannels + c)];
      const double high = logs[static_cast<std::size_t>((left + 1) * kChannels + c)];
      const double expected = std::exp(low + share * (high - low));
      EXPECT_NEAR(at[static_cast<std::size_t>(c)], expected, 1e-6 * expected) << "step " << step;
    }
    for (std::size_t c = kChannels; c < at.size(); ++c) EXPECT_EQ(at[c], 0.0F);
  }
}

TEST(RateFactors, EndAtTheFirstAndTheLastKnot) {
  const auto rate = factors({0.5F, -1.0F, 1.5F}, 3, 1);
  EXPECT_FLOAT_EQ(rate.at(0)[0], std::exp(0.5F));
  EXPECT_FLOAT_EQ(rate.at(1)[0], std::exp(1.5F));
  EXPECT_EQ(rate.at(-0.5), rate.at(0));
  EXPECT_EQ(rate.at(7), rate.at(1));
}

TEST(RateFactors, StayFiniteWhateverTheKnots) {
  const auto rate = factors({-1e30F, 1e30F, -90, 90}, 2, 2);
  for (const double quality : {0.0, 0.5, 1.0}) {
    for (std::size_t c = 0; c < 2; ++c) {
      EXPECT_TRUE(std::isnormal(rate.at(quality)[c]));
      EXPECT_GT(rate.at(quality)[c], 0.0F);
    }
  }
}

}  // namespace
}  // namespace imgcnn::runtime
