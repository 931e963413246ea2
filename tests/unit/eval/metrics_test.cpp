// PSNR and MS-SSIM against values worked out by hand.
#include "imgcnn/eval/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "image/test_pictures.h"

namespace imgcnn::eval {
namespace {

using image::gradient_picture;
using image::Image;
using image::noise_picture;

Image flat_picture(int side, int channels, std::uint16_t value, int bit_depth = 8) {
  Image picture = noise_picture(side, side, channels, bit_depth);
  std::fill(picture.samples.begin(), picture.samples.end(), value);
  return picture;
}

TEST(Psnr, FollowsItsFormula) {
  EXPECT_NEAR(psnr_db(flat_picture(4, 3, 100), flat_picture(4, 3, 101)), 20.0 * std::log10(255.0),
              1e-9);
  Image one_off = flat_picture(2, 3, 100);
  one_off.samples[5] = 90;  // MSE = 100 / 12
  EXPECT_NEAR(psnr_db(flat_picture(2, 3, 100), one_off),
              10.0 * std::log10(255.0 * 255.0 * 12.0 / 100.0), 1e-9);
  EXPECT_EQ(psnr_db(one_off, one_off), kMaxPsnr);
}

TEST(Psnr, ComparesAtTheFinerDepth) {
  EXPECT_EQ(psnr_db(flat_picture(4, 1, 100 * 257, 16), flat_picture(4, 1, 100)), kMaxPsnr);
  EXPECT_NEAR(psnr_db(flat_picture(4, 1, 100, 16), flat_picture(4, 1, 101, 16)),
              20.0 * std::log10(65535.0), 1e-9);
}

TEST(Psnr, GreyEqualsReplicatedGreyAndAlphaDoesNotCount) {
  EXPECT_EQ(psnr_db(flat_picture(4, 1, 77), flat_picture(4, 3, 77)), kMaxPsnr);
  Image transparent = flat_picture(4, 4, 77);
  for (std::size_t i = 3; i < transparent.samples.size(); i += 4) transparent.samples[i] = 0;
  EXPECT_EQ(psnr_db(flat_picture(4, 3, 77), transparent), kMaxPsnr);
}

TEST(Psnr, RefusesDifferentSizes) {
  EXPECT_THROW((void)psnr_db(flat_picture(4, 3, 0), flat_picture(5, 3, 0)), Error);
  EXPECT_THROW((void)ms_ssim(flat_picture(4, 3, 0), flat_picture(5, 3, 0)), Error);
}

TEST(MsSsim, IdenticalPicturesGiveOne) {
  for (const int side : {1, 7, 11, 22, 100, 200}) {
    const Image picture = noise_picture(side, side + 3, 3, 8);
    EXPECT_NEAR(ms_ssim(picture, picture), 1.0, 1e-6) << side;
  }
}

/// Flat pictures have no contrast to compare: only the luminance of the coarsest scale remains.
TEST(MsSsim, FlatPicturesDifferInLuminanceAlone) {
  const double a = 120.0 / 255.0;
  const double b = 160.0 / 255.0;
  const double luminance = (2.0 * a * b + 1e-4) / (a * a + b * b + 1e-4);
  EXPECT_NEAR(ms_ssim(flat_picture(16, 1, 120), flat_picture(16, 1, 160)), luminance, 2e-3);
  EXPECT_NEAR(ms_ssim(flat_picture(176, 3, 120), flat_picture(176, 3, 160)),
              std::pow(luminance, 0.1333), 2e-3);
  const double two_scales = std::pow(luminance, 0.2856 / (0.0448 + 0.2856));
  EXPECT_NEAR(ms_ssim(flat_picture(30, 1, 120), flat_picture(30, 1, 160)), two_scales, 2e-3);
}

TEST(MsSsim, FallsWithDamage) {
  const Image picture = gradient_picture(180, 180, 3);
  Image slight = picture;
  Image strong = picture;
  const Image noise = noise_picture(180, 180, 3, 8);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    slight.samples[i] = static_cast<std::uint16_t>(picture.samples[i] + noise.samples[i] % 4);
    strong.samples[i] = noise.samples[i];
  }
  const double little = ms_ssim(picture, slight);
  const double much = ms_ssim(picture, strong);
  EXPECT_LT(little, 1.0);
  EXPECT_GT(little, 0.9);
  EXPECT_LT(much, 0.4);
  EXPECT_GE(much, 0.0);
}

TEST(BitsPerPixel, CountsEveryByte) {
  EXPECT_DOUBLE_EQ(bits_per_pixel(50, flat_picture(20, 3, 0)), 1.0);
}

}  // namespace
}  // namespace imgcnn::eval
