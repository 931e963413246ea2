// The distortion of samples against an original that may be smaller.

#include "runtime/distortion.h"

#include <gtest/gtest.h>

#include "image/random_pictures.h"
#include "imgcnn/image/ms_ssim.h"
#include "imgcnn/image/ms_ssim_scales.h"
#include "imgcnn/image/ssimulacra2.h"
#include "imgcnn/model/network.h"

namespace imgcnn::runtime {
namespace {

using image::noisy;
using image::Random;
using image::wavy_picture;

/// The upper left part.
image::FloatImage cut(const image::FloatImage& picture, int height, int width) {
  image::FloatImage part{3, height, width, {}};
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      const auto row = picture.data.begin() + (c * picture.height + y) * picture.width;
      part.data.insert(part.data.end(), row, row + width);
    }
  }
  return part;
}

class DistortionOf : public ::testing::TestWithParam<model::DistortionWeights> {};

TEST_P(DistortionOf, CountsTheSamplesOfTheOriginalAlone) {
  Random random(1);
  constexpr int kHeight = 27, kWidth = 30;
  const auto original = wavy_picture(random, kHeight, kWidth);
  auto shown = wavy_picture(random, 32, 48, 0.1F);
  const auto part = cut(shown, kHeight, kWidth);
  const auto found = distortion_of(shown, original, GetParam(), true);
  const auto of_part = distortion_of(part, original, GetParam(), true);
  EXPECT_GT(found.error, 0.0);
  EXPECT_EQ(found.error, of_part.error);
  ASSERT_EQ(found.gradient.data.size(), shown.data.size());
  EXPECT_EQ(cut(found.gradient, kHeight, kWidth).data, of_part.gradient.data);
  std::size_t i = 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 48; ++x, ++i) {
        if (y < kHeight && x < kWidth) continue;
        EXPECT_EQ(found.gradient.data[i], 0.0F);
        shown.data[i] = 1e6F;
      }
    }
  }
  EXPECT_EQ(distortion_of(shown, original, GetParam(), true).error, found.error);
}

TEST_P(DistortionOf, HasNoGradientUnlessAskedForOne) {
  Random random(2);
  const auto original = wavy_picture(random, 12, 13), shown = wavy_picture(random, 16, 16, 0.1F);
  const auto found = distortion_of(shown, original, GetParam(), false);
  EXPECT_TRUE(found.gradient.data.empty());
  EXPECT_EQ(found.error, distortion_of(shown, original, GetParam(), true).error);
}

INSTANTIATE_TEST_SUITE_P(Mixtures, DistortionOf,
                         ::testing::Values(model::DistortionWeights{1, 0, 0},
                                           model::DistortionWeights{0, 1, 0},
                                           model::DistortionWeights{0, 0, 1},
                                           model::DistortionWeights{0.5, 0.25, 0.125}));

TEST(DistortionOf, SumsSquares) {
  const image::FloatImage original{3, 1, 2, {0.5F, 0.5F, 0, 0, 1, 1}};
  const image::FloatImage shown{3, 1, 2, {0.75F, 0.5F, -1, 0, 1, 0.5F}};
  const auto found = distortion_of(shown, original, {1, 0, 0}, true);
  EXPECT_DOUBLE_EQ(found.error, 0.0625 + 1 + 0.25);
  EXPECT_EQ(found.gradient.data, (std::vector<float>{0.5F, 0, -2, 0, 0, -1}));
}

TEST(DistortionOf, WeighsSimilarityLikeSquares) {
  Random random(3);
  const auto original = wavy_picture(random, 30, 40), shown = noisy(random, original, 0.1F);
  const auto similarity = image::ms_ssim(shown, original, image::kLeastSimilarity, true);
  const auto found = distortion_of(shown, original, {0, 1, 0}, true);
  const double weight = model::kSimilarityWeight / (255.0 * 255.0) * 3 * 30 * 40;
  EXPECT_DOUBLE_EQ(found.error, weight * (1 - similarity.value));
  for (std::size_t i = 0; i < found.gradient.data.size(); ++i)
    EXPECT_NEAR(found.gradient.data[i], -weight * similarity.gradient.data[i], 1e-6);
}

TEST(DistortionOf, WeighsTheDistanceOfSsimulacraLikeSquares) {
  Random random(4);
  const auto original = wavy_picture(random, 30, 40), shown = noisy(random, original, 0.1F);
  const auto seen = image::ssimulacra2(shown, original, true);
  const auto found = distortion_of(shown, original, {0, 0, 1}, true);
  const double weight = model::kSsimulacraWeight / (255.0 * 255.0) * 3 * 30 * 40;
  EXPECT_DOUBLE_EQ(found.error, weight * seen.distance);
  for (std::size_t i = 0; i < found.gradient.data.size(); ++i)
    EXPECT_NEAR(found.gradient.data[i], weight * seen.gradient.data[i], 1e-6);
}

TEST(DistortionOf, AddsWhatCounts) {
  Random random(5);
  const auto original = wavy_picture(random, 30, 40), shown = noisy(random, original, 0.1F);
  const auto mixture = distortion_of(shown, original, {0.5, 0.25, 2}, true);
  const auto squares = distortion_of(shown, original, {1, 0, 0}, true),
             similarity = distortion_of(shown, original, {0, 1, 0}, true),
             seen = distortion_of(shown, original, {0, 0, 1}, true);
  const auto sum = [](double a, double b, double c) { return 0.5 * a + 0.25 * b + 2 * c; };
  EXPECT_DOUBLE_EQ(mixture.error, sum(squares.error, similarity.error, seen.error));
  for (std::size_t i = 0; i < mixture.gradient.data.size(); ++i)
    EXPECT_NEAR(mixture.gradient.data[i],
                sum(squares.gradient.data[i], similarity.gradient.data[i], seen.gradient.data[i]),
                1e-6);
}

}  // namespace
}  // namespace imgcnn::runtime
