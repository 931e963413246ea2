// The SSIMULACRA 2 that is reported and searched for and the one that is trained for are the same
// function.

#include <gtest/gtest.h>

#include "image/random_pictures.h"
#include "imgcnn/image/ssimulacra2.h"
#include "imgcnn/nn/ssimulacra2.h"

namespace imgcnn::nn {
namespace {

torch::Tensor tensor_of(const image::FloatImage& picture) {
  return torch::tensor(picture.data).view({1, picture.channels, picture.height, picture.width});
}

TEST(Ssimulacra2Twins, Agree) {
  image::Random random(1);
  // Sides with room for one scale, some and all six, odd ones among them.
  for (const int side : {5, 9, 32, 45, 90, 230}) {
    const auto original = image::wavy_picture(random, side + 2, side);
    for (const float noise : {0.02F, 0.3F}) {
      const auto shown = image::noisy(random, original, noise);
      const auto ours = image::ssimulacra2(shown, original, true);
      auto x = tensor_of(shown).requires_grad_();
      const auto theirs = ssimulacra2_distance(x, tensor_of(original).clamp(0, 1));
      EXPECT_NEAR(ours.distance, theirs.item<double>(), 1e-3 * ours.distance) << side;
      if (side < 8) continue;  // no scale, nothing that depends on the samples
      theirs.sum().backward();
      const auto expected = x.grad(), found = tensor_of(ours.gradient);
      EXPECT_LT((found - expected).norm().item<double>(), 1e-3 * expected.norm().item<double>())
          << side;
    }
  }
}

}  // namespace
}  // namespace imgcnn::nn
