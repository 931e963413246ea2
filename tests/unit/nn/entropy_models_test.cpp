// Float entropy models against sums over their own bins, and their frozen tables.

#include "imgcnn/nn/entropy_models.h"

#include <gtest/gtest.h>

#include <cmath>

#include "imgcnn/nn/block_transform.h"
#include "imgcnn/rdo/cost_bits.h"

namespace imgcnn::nn {
namespace {

TEST(GaussianBits, ProbabilitiesSumToOne) {
  for (double sigma : {0.2, 1.0, 7.5}) {
    const auto v = torch::arange(-60, 61, torch::kFloat32);
    const double sum =
        torch::exp2(-gaussian_bits(v, torch::full_like(v, sigma))).sum().item<double>();
    EXPECT_NEAR(sum, 1.0, 1e-4) << sigma;
  }
}

TEST(GaussianBits, GradientsMatchFiniteDifferences) {
  const auto v = torch::tensor({0.3, -1.7, 4.0}, torch::kFloat32);
  auto sigma = torch::tensor({0.8, 1.5, 2.0}, torch::requires_grad());
  gaussian_bits(v, sigma).sum().backward();
  constexpr double kStep = 1e-2;
  for (int i = 0; i < 3; ++i) {
    auto up = sigma.detach().clone(), down = up.clone();
    up[i] += kStep;
    down[i] -= kStep;
    const double expected =
        (gaussian_bits(v, up) - gaussian_bits(v, down)).sum().item<double>() / (2 * kStep);
    EXPECT_NEAR(sigma.grad()[i].item<double>(), expected, 1e-2 * std::max(1.0, std::abs(expected)));
  }
}

TEST(FactorizedPrior, ProbabilitiesSumToOneAtEveryGain) {
  FactorizedPrior prior(3);
  for (double gain : {0.5, 1.0, 6.0}) {
    const auto v =
        torch::arange(-400, 401, torch::kFloat32).view({1, 1, 1, -1}).repeat({1, 3, 1, 1});
    const auto bits = prior->bits(v, torch::full({1, 3, 1, 1}, gain));
    const auto sums = torch::exp2(-bits).sum({0, 2, 3});
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(sums[c].item<double>(), 1.0, 1e-3) << gain;
  }
}

TEST(FactorizedPrior, FrozenTablesCostWhatTheDensitySays) {
  torch::manual_seed(3);
  FactorizedPrior prior(2);
  {
    torch::NoGradGuard no_grad;
    for (auto& p : prior->parameters()) p.add_(torch::randn_like(p) * 0.3);
  }
  constexpr int kLevels = 3;
  RateVectors gain(2, 2, 0.0, 1.5);
  const auto table = prior->freeze(gain, kLevels);
  ASSERT_EQ(table.rows(), 6U);
  torch::NoGradGuard no_grad;
  for (int level = 0; level < kLevels; ++level) {
    const auto g = gain(torch::full({1}, level / 2.0));
    for (int symbol : {-3, -1, 0, 1, 2}) {
      const auto bits = prior->bits(torch::full({1, 2, 1, 1}, symbol), g);
      for (int c = 0; c < 2; ++c) {
        EXPECT_NEAR(rdo::cost_bits(table, static_cast<std::size_t>(level * 2 + c), symbol),
                    bits[0][c].item<double>(), 0.05);
      }
    }
  }
}

TEST(BlockTransform, AtomsAreOrthonormal) {
  const auto atoms = block_dct_atoms(320);
  EXPECT_TRUE(torch::allclose(atoms.mm(atoms.t()), torch::eye(320), 1e-4, 1e-4));
  EXPECT_GT(block_dct_prior_deviation(320).min().item<float>(), 0.0F);
}

}  // namespace
}  // namespace imgcnn::nn
