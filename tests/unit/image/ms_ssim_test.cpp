// MS-SSIM and its gradient.

#include "imgcnn/image/ms_ssim.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "imgcnn/image/ms_ssim_scales.h"
#include "random_pictures.h"

namespace imgcnn::image {
namespace {

constexpr double kC1 = 0.0001, kC2 = 0.0009;
constexpr double kWeights[] = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

/// Samples of one channel at one scale.
struct Plane {
  int height, width;
  std::vector<double> data;
  [[nodiscard]] double at(int y, int x) const {
    return data[static_cast<std::size_t>(y * width + x)];
  }
};

Plane halved(const Plane& in) {
  Plane out{in.height / 2, in.width / 2, {}};
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x)
      out.data.push_back((in.at(2 * y, 2 * x) + in.at(2 * y, 2 * x + 1) + in.at(2 * y + 1, 2 * x) +
                          in.at(2 * y + 1, 2 * x + 1)) /
                         4);
  }
  return out;
}

/// Window by window: means of contrast times structure, times luminance where asked for.
double mean_similarity(const Plane& a, const Plane& b, bool with_luminance) {
  const int size = std::min({11, a.height, a.width});
  std::vector<double> window;
  double total = 0;
  for (int i = 0; i < size * size; ++i) {
    const double dy = i / size - (size - 1) / 2.0, dx = i % size - (size - 1) / 2.0;
    window.push_back(std::exp(-(dy * dy + dx * dx) / (2 * 1.5 * 1.5)));
    total += window.back();
  }
  double sum = 0;
  int count = 0;
  for (int y = 0; y + size <= a.height; ++y) {
    for (int x = 0; x + size <= a.width; ++x, ++count) {
      const auto mean = [&](const std::function<double(double, double)>& f) {
        double weighted = 0;
        for (int i = 0; i < size * size; ++i)
          weighted += window[static_cast<std::size_t>(i)] *
                      f(a.at(y + i / size, x + i % size), b.at(y + i / size, x + i % size));
        return weighted / total;
      };
      const double mean_a = mean([](double p, double) { return p; }),
                   mean_b = mean([](double, double q) { return q; });
      const double var_a = mean([&](double p, double) { return (p - mean_a) * (p - mean_a); });
      const double var_b = mean([&](double, double q) { return (q - mean_b) * (q - mean_b); });
      const double covariance =
          mean([&](double p, double q) { return (p - mean_a) * (q - mean_b); });
      const double luminance =
          (2 * mean_a * mean_b + kC1) / (mean_a * mean_a + mean_b * mean_b + kC1);
      sum += (2 * covariance + kC2) / (var_a + var_b + kC2) * (with_luminance ? luminance : 1);
    }
  }
  return sum / count;
}

double plain_ms_ssim(const FloatImage& a, const FloatImage& b) {
  std::size_t scales = 1;
  for (int side = std::min(a.height, a.width); scales < 5 && side / 2 >= 11; side /= 2) ++scales;
  double weights = 0;
  for (std::size_t s = 0; s < scales; ++s) weights += kWeights[s];
  double result = 0;
  for (int c = 0; c < 3; ++c) {
    const auto plane = [&](const FloatImage& from) {
      const auto first = from.data.begin() + c * static_cast<std::ptrdiff_t>(from.plane_size());
      return Plane{
          from.height, from.width, {first, first + static_cast<std::ptrdiff_t>(from.plane_size())}};
    };
    auto p = plane(a), q = plane(b);
    double value = 1;
    for (std::size_t s = 0; s < scales; ++s) {
      const double here = mean_similarity(p, q, s + 1 == scales);
      value *= std::pow(std::max(here, 1e-4), kWeights[s] / weights);
      p = halved(p);
      q = halved(q);
    }
    result += value / 3;
  }
  return result;
}

struct Size {
  int height, width;
};

TEST(Similarity, IsOneForEqualPictures) {
  Random random(1);
  for (const Size size : {Size{1, 1}, {7, 5}, {40, 61}, {180, 190}}) {
    const auto picture = wavy_picture(random, size.height, size.width);
    EXPECT_NEAR(ms_ssim(picture, picture, kLeastSimilarity, false).value, 1, 1e-9);
    const auto found = ms_ssim(picture, picture, kLeastSimilarity, true);
    for (const float value : found.gradient.data) EXPECT_NEAR(value, 0, 1e-6);
  }
}

TEST(Similarity, IsThatOfAPlainComputation) {
  Random random(2);
  // Below the window, at the limits of one, two and three scales, and all five; odd sides lose a
  // row or a column.
  for (const Size size :
       {Size{1, 1}, {1, 9}, {7, 5}, {11, 11}, {21, 30}, {22, 25}, {45, 51}, {177, 181}}) {
    const auto picture = wavy_picture(random, size.height, size.width);
    for (const float noise : {0.03F, 0.3F}) {
      const auto shown = noisy(random, picture, noise);
      EXPECT_NEAR(ms_ssim(shown, picture, kLeastSimilarity, false).value,
                  plain_ms_ssim(shown, picture), 1e-9)
          << size.height << "x" << size.width;
    }
  }
}

TEST(Similarity, HasNoGradientUnlessAskedForOne) {
  Random random(3);
  const auto picture = wavy_picture(random, 20, 20);
  EXPECT_TRUE(ms_ssim(picture, picture, kLeastSimilarity, false).gradient.data.empty());
}

TEST(Similarity, HasTheGradientOfItsValue) {
  Random random(4);
  constexpr float kStep = 1.0F / 1024;
  for (const Size size : {Size{1, 1}, {7, 5}, {16, 33}, {45, 51}, {176, 180}}) {
    const auto picture = wavy_picture(random, size.height, size.width);
    auto shown = noisy(random, picture, 0.05F);
    const auto found = ms_ssim(shown, picture, kLeastSimilarity, true);
    ASSERT_EQ(found.gradient.data.size(), shown.data.size());
    EXPECT_EQ(found.gradient.height, size.height);
    EXPECT_EQ(found.gradient.width, size.width);
    double most = 0;
    for (const float value : found.gradient.data)
      most = std::max(most, std::abs(static_cast<double>(value)));
    for (int i = 0; i < 12; ++i) {
      const std::size_t at = i == 0   ? 0
                             : i == 1 ? shown.data.size() - 1
                                      : random() % shown.data.size();
      const float kept = shown.data[at];
      shown.data[at] = kept + kStep;
      const double above = ms_ssim(shown, picture, kLeastSimilarity, false).value,
                   high = shown.data[at];
      shown.data[at] = kept - kStep;
      const double below = ms_ssim(shown, picture, kLeastSimilarity, false).value,
                   low = shown.data[at];
      shown.data[at] = kept;
      EXPECT_NEAR(found.gradient.data[at], (above - below) / (high - low), 2e-3 * most)
          << size.height << "x" << size.width << ", sample " << at;
    }
  }
}

// Opposite pictures have a negative structure, of which there is no power: no gradient either.
TEST(Similarity, StaysFiniteForOppositePictures) {
  Random random(5);
  const auto picture = wavy_picture(random, 50, 50);
  auto shown = picture;
  for (float& sample : shown.data) sample = 1 - sample;
  const auto found = ms_ssim(shown, picture, kLeastSimilarity, true);
  EXPECT_NEAR(found.value, plain_ms_ssim(shown, picture), 1e-9);
  for (const float value : found.gradient.data) EXPECT_TRUE(std::isfinite(value));
  EXPECT_EQ(ms_ssim(shown, picture, 0, false).value, 0);
}

}  // namespace
}  // namespace imgcnn::image
