// The MS-SSIM that is reported and the one that is trained for are the same function.

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "image/test_pictures.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/nn/ms_ssim.h"

namespace imgcnn::eval {
namespace {

torch::Tensor tensor_of(const image::Image& picture) {
  const auto rgb = image::to_float_rgb(picture);
  return torch::tensor(rgb.data).view({1, 3, picture.height, picture.width});
}

image::Image darker(image::Image picture) {
  for (auto& sample : picture.samples) sample = static_cast<std::uint16_t>(sample * 7 / 8);
  return picture;
}

TEST(MsSsimTwins, Agree) {
  // Sides with room for one scale, some and all five, odd ones among them.
  for (const int side : {5, 16, 45, 90, 190}) {
    const auto a = image::gradient_picture(side + 2, side, 3),
               noise = image::noise_picture(side + 2, side, 3, 8);
    for (const auto& b : {darker(a), noise}) {
      const double ours = nn::ms_ssim(tensor_of(b), tensor_of(a)).item<double>();
      EXPECT_NEAR(ours, ms_ssim(a, b), 2e-3) << side;
    }
  }
}

}  // namespace
}  // namespace imgcnn::eval
