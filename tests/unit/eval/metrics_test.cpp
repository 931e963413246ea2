// PSNR and MS-SSIM against values worked out by hand; the table of metrics.
#include "imgcnn/eval/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "eval/butteraugli.h"
#include "image/test_pictures.h"
#include "imgcnn/base/error.h"

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

/// Noise of so many steps on top.
Image worse(Image picture, int steps) {
  const Image noise = noise_picture(picture.width, picture.height, picture.channels, 8);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    const int sample = picture.samples[i] + noise.samples[i] % (2 * steps + 1) - steps;
    picture.samples[i] = static_cast<std::uint16_t>(std::clamp(sample, 0, 255));
  }
  return picture;
}

TEST(Metrics, FidelityFallsWithNoise) {
  const Image picture = gradient_picture(64, 48, 3);
  for (const Metric& metric : known_metrics()) {
    if (!metric.missing().empty()) continue;  // ButteraugliIsMeasured shows it
    std::vector<double> fidelities;
    for (const int steps : {0, 4, 16}) {
      RdPoint point;
      point.*metric.value = metric.measure(picture, worse(picture, steps));
      fidelities.push_back(fidelity_of(point, metric).value());
    }
    EXPECT_GT(fidelities[0], fidelities[1]) << metric.name;
    EXPECT_GT(fidelities[1], fidelities[2]) << metric.name;
    EXPECT_FALSE(fidelity_of(RdPoint{}, metric).has_value());
  }
}

TEST(Metrics, PerceptualOnesLeaveTinyPicturesOut) {
  const Image tiny = gradient_picture(40, kLeastPerceptualSide - 1, 3);
  for (const char* name : {"ssimulacra2", "butteraugli"})
    EXPECT_FALSE(find_metric(name).measure(tiny, tiny).has_value()) << name;
  EXPECT_TRUE(find_metric("psnr").measure(tiny, tiny).has_value());
}

TEST(Metrics, ButteraugliIsMeasured) {
  EXPECT_DOUBLE_EQ(parse_3norm("2.5\n3-norm: 1.25\n"), 1.25);
  EXPECT_THROW((void)parse_3norm("2.5\n3-norm: \n"), Error);
  EXPECT_THROW((void)parse_3norm(""), Error);
  const std::string missing = missing_butteraugli();
  if (!missing.empty()) GTEST_SKIP() << "not measured: butteraugli needs " << missing;
  const Image picture = gradient_picture(40, 32, 1);
  EXPECT_DOUBLE_EQ(butteraugli_3norm(picture, picture), 0.0);
  EXPECT_GT(butteraugli_3norm(picture, worse(picture, 16)), 0.5);
}

TEST(Metrics, AreChosenInOrderAndNamedWhereMissing) {
  std::string missing;
  const auto chosen = choose_metrics({"ssimulacra2", "psnr"}, missing);
  ASSERT_EQ(chosen.size(), 2U);
  EXPECT_STREQ(chosen[0]->name, "psnr");
  EXPECT_EQ(missing, "");
  const std::string path = std::getenv("PATH");
  ASSERT_EQ(::setenv("PATH", "/nonexistent", 1), 0);
  EXPECT_EQ(choose_metrics({}, missing).size(), known_metrics().size() - 1);
  EXPECT_NE(missing.find("libjxl-devtools"), std::string::npos);
  EXPECT_THROW((void)choose_metrics({"butteraugli"}, missing), Error);
  ASSERT_EQ(::setenv("PATH", path.c_str(), 1), 0);
  EXPECT_THROW((void)choose_metrics({"vmaf"}, missing), Error);
}

}  // namespace
}  // namespace imgcnn::eval
