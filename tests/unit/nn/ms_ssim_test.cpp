// MS-SSIM on tensors: bounds, order, gradients.

#include "imgcnn/nn/ms_ssim.h"

#include <gtest/gtest.h>

namespace imgcnn::nn {
namespace {

TEST(MsSsimOfTensors, IsOneForEqualPicturesAndFallsWithNoise) {
  torch::manual_seed(1);
  const auto x = torch::rand({2, 3, 192, 200});
  const auto noise = torch::randn_like(x);
  const auto equal = ms_ssim(x, x), little = ms_ssim(x + 0.05 * noise, x),
             much = ms_ssim(x + 0.2 * noise, x);
  EXPECT_EQ(equal.sizes(), torch::IntArrayRef({2}));
  EXPECT_NEAR(equal.min().item<double>(), 1.0, 1e-5);
  EXPECT_LT(little.max().item<double>(), 0.999);
  EXPECT_LT(much.max().item<double>(), little.min().item<double>());
}

TEST(MsSsimOfTensors, GradientsLeadTowardsTheOriginal) {
  torch::manual_seed(2);
  const auto y = torch::rand({1, 3, 64, 64});
  auto x = (y + 0.1 * torch::randn_like(y)).detach().requires_grad_();
  ms_ssim(x, y).sum().backward();
  EXPECT_GT((x.grad() * (y - x.detach())).sum().item<double>(), 0.0);
}

TEST(MsSsimOfTensors, GradientsStayFinite) {
  // Flat pictures have no variance, opposite ones a negative structure: both ends of the formula.
  const auto ramp =
      torch::linspace(0, 1, 64).view({1, 1, 1, 64}).expand({1, 3, 64, 64}).contiguous();
  const auto flat = torch::full({1, 3, 64, 64}, 0.5);
  for (const auto& [from, to] :
       {std::make_pair(flat, flat), std::make_pair(1 - ramp, ramp), std::make_pair(flat, ramp)}) {
    auto x = from.clone().requires_grad_();
    ms_ssim(x, to).sum().backward();
    EXPECT_TRUE(torch::isfinite(x.grad()).all().item<bool>());
  }
}

TEST(MsSsimOfTensors, TakesPicturesOfOnePixel) {
  const auto dot = torch::full({1, 3, 1, 1}, 0.25);
  EXPECT_NEAR(ms_ssim(dot, dot).item<double>(), 1.0, 1e-5);
}

}  // namespace
}  // namespace imgcnn::nn
