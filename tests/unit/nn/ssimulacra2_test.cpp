// SSIMULACRA 2 on tensors: bounds, order, gradients.

#include "imgcnn/nn/ssimulacra2.h"

#include <gtest/gtest.h>

#include "image/random_pictures.h"
#include "imgcnn/image/ssimulacra2.h"

namespace imgcnn::nn {
namespace {

torch::Tensor to_tensor(const image::FloatImage& picture) {
  return torch::tensor(picture.data).view({1, 3, picture.height, picture.width});
}

struct Way {
  torch::Tensor (*distance)(const torch::Tensor&, const torch::Tensor&);
  const char* name;
};

void PrintTo(const Way& way, std::ostream* stream) { *stream << way.name; }

class Ssimulacra2OfTensors : public ::testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(Ways, Ssimulacra2OfTensors,
                         ::testing::Values(Way{ssimulacra2_distance, "usual"},
                                           Way{ssimulacra2_distance_of_tensors, "tensors"}),
                         [](const auto& of) { return of.param.name; });

TEST_P(Ssimulacra2OfTensors, IsWhatTheFunctionOnPicturesSays) {
  image::Random random(7);
  // Sides with room for no scale, one, some and all six, odd ones among them.
  for (const int side : {5, 9, 32, 45, 90, 230}) {
    const auto original = image::wavy_picture(random, side + 2, side);
    for (const float noise : {0.02F, 0.3F}) {  // with much of it samples leave [0, 1]
      const auto shown = image::noisy(random, original, noise);
      const auto expected = image::ssimulacra2(shown, original, true);
      auto x = to_tensor(shown).requires_grad_();
      const auto found = GetParam().distance(x, to_tensor(original).clamp(0, 1));
      EXPECT_NEAR(found.item<double>(), expected.distance, 1e-3 * expected.distance) << side;
      if (side < 8) continue;  // nothing depends on the samples
      (2 * found).sum().backward();
      const auto gradient = 2 * to_tensor(expected.gradient);
      EXPECT_LT((x.grad() - gradient).norm().item<double>(), 1e-3 * gradient.norm().item<double>())
          << side;
    }
  }
}

TEST_P(Ssimulacra2OfTensors, IsZeroForEqualPicturesAndGrowsWithNoise) {
  torch::manual_seed(1);
  const auto x = torch::rand({2, 3, 192, 201});
  const auto noise = torch::randn_like(x);
  const auto equal = GetParam().distance(x, x), little = GetParam().distance(x + 0.05 * noise, x),
             much = GetParam().distance(x + 0.2 * noise, x);
  EXPECT_EQ(equal.sizes(), torch::IntArrayRef({2}));
  EXPECT_NEAR(equal.max().item<double>(), 0.0, 0.02);
  EXPECT_GT(little.min().item<double>(), 0.1);
  EXPECT_GT(much.min().item<double>(), little.max().item<double>());
}

TEST_P(Ssimulacra2OfTensors, EachPictureIsJudgedAlone) {
  torch::manual_seed(2);
  const auto x = torch::rand({2, 3, 64, 65}), y = torch::rand({2, 3, 64, 65});
  const auto both = GetParam().distance(x, y);
  for (int i = 0; i < 2; ++i)
    EXPECT_NEAR(GetParam().distance(x[i].unsqueeze(0), y[i].unsqueeze(0)).item<double>(),
                both[i].item<double>(), 1e-3);
}

TEST_P(Ssimulacra2OfTensors, GradientsLeadTowardsTheOriginal) {
  torch::manual_seed(3);
  const auto y = torch::rand({1, 3, 64, 64});
  auto x = (y + 0.1 * torch::randn_like(y)).detach().requires_grad_();
  GetParam().distance(x, y).sum().backward();
  EXPECT_LT((x.grad() * (y - x.detach())).sum().item<double>(), 0.0);
}

TEST_P(Ssimulacra2OfTensors, GradientsStayFiniteAndPointInside) {
  const auto ramp =
      torch::linspace(0, 1, 64).view({1, 1, 1, 64}).expand({1, 3, 64, 64}).contiguous();
  const auto flat = torch::full({1, 3, 64, 64}, 0.5), black = torch::zeros({1, 3, 64, 64});
  for (const auto& [from, to] :
       {std::make_pair(flat, flat), std::make_pair(1 - ramp, ramp), std::make_pair(black, ramp),
        std::make_pair(black, black), std::make_pair(2 * ramp - 0.5, ramp)}) {
    auto x = from.clone().requires_grad_();
    GetParam().distance(x, to).sum().backward();
    EXPECT_TRUE(torch::isfinite(x.grad()).all().item<bool>());
    // A step of descent against the gradient never leads further out.
    EXPECT_TRUE(((x.grad() <= 0) | (x >= 0)).all().item<bool>());
    EXPECT_TRUE(((x.grad() >= 0) | (x <= 1)).all().item<bool>());
  }
}

TEST_P(Ssimulacra2OfTensors, TakesPicturesOfOnePixel) {
  const auto dot = torch::full({1, 3, 1, 1}, 0.25);
  EXPECT_EQ(GetParam().distance(dot, dot).item<double>(), 0.0);
}

}  // namespace
}  // namespace imgcnn::nn
