// SSIMULACRA 2.1 and its gradient, beside stored scores and a plain computation.

#include "imgcnn/image/ssimulacra2.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <tuple>

#include "imgcnn/image/convert.h"
#include "imgcnn/image/ssimulacra2_constants.h"
#include "random_pictures.h"
#include "ssimulacra2_pictures.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

constexpr Scene kScenes[] = {
    {256, 256, 0.60, 0.3, 0, 0.00, 0.50},  {301, 257, 0.75, 0.5, 6, 0.01, 0.45},
    {333, 271, 0.40, 0.8, 40, 0.00, 0.55}, {300, 256, 0.50, 0.1, 0, 0.03, 0.60},
    {389, 289, 0.65, 0.4, 14, 0.02, 0.25}, {256, 410, 0.85, 0.3, 3, 0.02, 0.40},
    {321, 263, 0.30, 0.6, 8, 0.00, 0.70},  {400, 299, 0.55, 1.0, 60, 0.01, 0.35},
    {128, 128, 0.60, 0.3, 3, 0.01, 0.50},  {150, 113, 0.75, 0.5, 6, 0.01, 0.45},
    {61, 90, 0.55, 0.6, 4, 0.00, 0.55},    {9, 20, 0.50, 0.3, 1, 0.02, 0.50},
};

struct StoredScore {
  int scene;
  Damage damage;
  int amount;
  double score;
};

// Of the pictures as PNG files, by two programs that share nothing but their definition:
// frame_analytics.ssimulacra2 in double precision (PyPI, with PyTorch 2.15), and `ssimulacra2`
// 0.3.0 (PyPI) with its filter, which mirrors pictures at their sides, replaced by the one of
// libjxl. They agree within 0.0001 points; of sides under 225 they do not count the same scales,
// and the first, as the reference, is right.
constexpr StoredScore kScores[] = {
    {0, Damage::kJpeg, 95, 93.006},     {0, Damage::kJpeg, 50, 74.876},
    {0, Damage::kBlur, 1, 94.125},      {0, Damage::kNoise, 6, 81.710},
    {0, Damage::kTint, 4, 96.280},      {1, Damage::kJpeg, 90, 81.340},
    {1, Damage::kJpeg, 30, 57.400},     {1, Damage::kLevels, 16, 74.454},
    {1, Damage::kContrast, 90, 64.490}, {1, Damage::kBlur, 2, 56.183},
    {2, Damage::kJpeg, 85, 69.646},     {2, Damage::kJpeg, 10, 4.303},
    {2, Damage::kNoise, 20, 38.245},    {2, Damage::kTint, 12, 77.461},
    {2, Damage::kLevels, 8, 76.341},    {3, Damage::kJpeg, 98, 92.418},
    {3, Damage::kJpeg, 70, 73.354},     {3, Damage::kBlur, 1, 80.698},
    {3, Damage::kContrast, 70, 31.892}, {3, Damage::kNoise, 2, 93.010},
    {4, Damage::kJpeg, 80, 71.508},     {4, Damage::kJpeg, 20, 35.698},
    {4, Damage::kLevels, 4, 93.363},    {4, Damage::kTint, 2, 95.120},
    {4, Damage::kBlur, 3, 35.654},      {5, Damage::kJpeg, 92, 86.288},
    {5, Damage::kJpeg, 40, 67.030},     {5, Damage::kNoise, 12, 73.507},
    {5, Damage::kContrast, 96, 87.458}, {5, Damage::kLevels, 24, 68.733},
    {6, Damage::kJpeg, 75, 76.137},     {6, Damage::kJpeg, 5, -51.244},
    {6, Damage::kBlur, 1, 77.191},      {6, Damage::kTint, 7, 90.154},
    {6, Damage::kNoise, 4, 86.171},     {7, Damage::kJpeg, 88, 66.448},
    {7, Damage::kJpeg, 60, 54.953},     {7, Damage::kLevels, 12, 75.784},
    {7, Damage::kContrast, 85, 43.969}, {7, Damage::kJpeg, 100, 68.863},
    {8, Damage::kJpeg, 60, 70.006},     {8, Damage::kNoise, 8, 73.693},
    {9, Damage::kJpeg, 80, 73.059},     {9, Damage::kBlur, 1, 68.862},
    {10, Damage::kJpeg, 40, 39.159},    {10, Damage::kLevels, 8, 81.549},
    {11, Damage::kJpeg, 75, 91.402},    {11, Damage::kTint, 5, 98.072},
};

class ScoresOf : public ::testing::TestWithParam<StoredScore> {};

TEST_P(ScoresOf, AreTheStoredOnes) {
  const auto& stored = GetParam();
  const Image original = scene_picture(kScenes[stored.scene], static_cast<unsigned>(stored.scene));
  const Image shown = damaged(original, stored.damage, stored.amount);
  const auto found = ssimulacra2(to_float_rgb(shown), to_float_rgb(original), false);
  EXPECT_NEAR(found.score, stored.score, 0.02);
  EXPECT_EQ(found.score, ssimulacra2_score(found.distance));
}

INSTANTIATE_TEST_SUITE_P(Ssimulacra2, ScoresOf, ::testing::ValuesIn(kScores),
                         [](const auto& of) { return std::to_string(of.index); });

// --- a plain computation in double precision ---

/// Samples of one channel.
struct Plane {
  int height, width;
  std::vector<double> data;
  /// Zero outside.
  [[nodiscard]] double at(int y, int x) const {
    const bool inside = y >= 0 && x >= 0 && y < height && x < width;
    return inside ? data[static_cast<std::size_t>(y * width + x)] : 0;
  }
};
using Planes = std::array<Plane, 3>;

Plane map(const Plane& a, const Plane& b, const std::function<double(double, double)>& f) {
  Plane result = a;
  for (std::size_t i = 0; i < a.data.size(); ++i) result.data[i] = f(a.data[i], b.data[i]);
  return result;
}

Plane blurred(const Plane& in) {
  Plane across = in, result = in;
  for (const auto& [from, to, step] :
       {std::tuple(&in, &across, 0), std::tuple<const Plane*, Plane*, int>(&across, &result, 1)}) {
    for (int y = 0; y < in.height; ++y) {
      for (int x = 0; x < in.width; ++x) {
        double sum = 0;
        for (int k = -4; k <= 4; ++k)
          sum += kSsimulacraTaps[static_cast<std::size_t>(std::abs(k))] *
                 from->at(y + step * k, x + (1 - step) * k);
        to->data[static_cast<std::size_t>(y * in.width + x)] = sum;
      }
    }
  }
  return result;
}

Plane halved(const Plane& in) {
  Plane result{(in.height + 1) / 2, (in.width + 1) / 2, {}};
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      const int below = std::min(2 * y + 1, in.height - 1),
                beside = std::min(2 * x + 1, in.width - 1);
      result.data.push_back((in.at(2 * y, 2 * x) + in.at(2 * y, beside) + in.at(below, 2 * x) +
                             in.at(below, beside)) /
                            4);
    }
  }
  return result;
}

double linear(double srgb) {
  srgb = std::clamp(srgb, 0.0, 1.0);
  return srgb <= 0.04045 ? srgb / 12.92 : std::pow((srgb + 0.055) / 1.055, 2.4);
}

Planes xyb(const Planes& rgb) {
  Planes result = rgb;
  for (std::size_t i = 0; i < rgb[0].data.size(); ++i) {
    std::array<double, 3> cones{};
    for (std::size_t k = 0; k < 3; ++k) {
      double sum = kOpsinBias;
      for (std::size_t c = 0; c < 3; ++c) sum += kOpsinAbsorbance[k][c] * rgb[c].data[i];
      cones[k] = std::cbrt(sum) - std::cbrt(kOpsinBias);
    }
    const double luma = (cones[0] + cones[1]) / 2;
    result[0].data[i] = (cones[0] - cones[1]) / 2 * 14 + 0.42;
    result[1].data[i] = luma + 0.01;
    result[2].data[i] = cones[2] - luma + 0.55;
  }
  return result;
}

/// Structure, ringing, blurring: their means, then their 4-norms.
std::array<double, 6> plain_norms(const Plane& shown, const Plane& original) {
  const auto times = [](double a, double b) { return a * b; };
  const Plane mean_a = blurred(shown), mean_b = blurred(original),
              square_a = blurred(map(shown, shown, times)),
              square_b = blurred(map(original, original, times)),
              product = blurred(map(shown, original, times));
  std::array<double, 6> norms{};
  for (std::size_t i = 0; i < shown.data.size(); ++i) {
    const double a = mean_a.data[i], b = mean_b.data[i];
    const double structure = 1 - (1 - (a - b) * (a - b)) *
                                     (2 * (product.data[i] - a * b) + 0.0009) /
                                     (square_a.data[i] - a * a + square_b.data[i] - b * b + 0.0009);
    const double edge =
        (1 + std::abs(shown.data[i] - a)) / (1 + std::abs(original.data[i] - b)) - 1;
    const std::array<double, 3> errors = {structure, edge, -edge};
    for (std::size_t map = 0; map < 3; ++map) {
      const double error = std::max(errors[map], 0.0);
      norms[map] += error / static_cast<double>(shown.data.size());
      norms[map + 3] += std::pow(error, 4) / static_cast<double>(shown.data.size());
    }
  }
  for (std::size_t map = 3; map < 6; ++map) norms[map] = std::pow(norms[map], 0.25);
  return norms;
}

Planes linear_planes(const FloatImage& picture) {
  Planes planes;
  for (std::size_t c = 0; c < 3; ++c) {
    planes[c] = {picture.height, picture.width, {}};
    for (std::size_t i = 0; i < picture.plane_size(); ++i)
      planes[c].data.push_back(linear(picture.data[c * picture.plane_size() + i]));
  }
  return planes;
}

/// Of linear RGB.
double plain_distance(Planes shown, Planes original) {
  const auto scales = ssimulacra_scales(std::min(shown[0].height, shown[0].width));
  double sum = 0;
  for (std::size_t scale = 0; scale < scales; ++scale) {
    const Planes a = xyb(shown), b = xyb(original);
    for (std::size_t c = 0; c < 3; ++c) {
      const auto norms = plain_norms(a[c], b[c]);
      for (std::size_t i = 0; i < 6; ++i)
        sum += kSsimulacraWeights[(c * scales + scale) * 6 + i] * norms[i];
      shown[c] = halved(shown[c]);
      original[c] = halved(original[c]);
    }
  }
  return sum * kSsimulacraSumScale;
}

struct Size {
  int height, width;
};

TEST(Ssimulacra2, IsThatOfAPlainComputation) {
  Random random(2);
  // Two scales to six; odd sides repeat a row or a column.
  for (const Size size : {Size{8, 9}, {15, 40}, {33, 30}, {59, 61}, {114, 113}, {230, 227}}) {
    const auto picture = wavy_picture(random, size.height, size.width);
    for (const float noise : {0.01F, 0.2F}) {
      const auto shown = noisy(random, picture, noise);
      const double plain = plain_distance(linear_planes(shown), linear_planes(picture));
      EXPECT_NEAR(ssimulacra2(shown, picture, false).distance, plain, 2e-5 * plain)
          << size.height << "x" << size.width;
    }
  }
}

TEST(Ssimulacra2, Is100ForEqualPictures) {
  Random random(1);
  for (const Size size : {Size{1, 1}, {7, 9}, {8, 8}, {40, 61}, {260, 300}}) {
    const auto picture = noisy(random, wavy_picture(random, size.height, size.width), 0.2F);
    const auto found = ssimulacra2(picture, picture, true);
    EXPECT_EQ(found.score, 100);
    EXPECT_EQ(found.distance, 0);
    ASSERT_EQ(found.gradient.data.size(), picture.data.size());
    for (const float value : found.gradient.data) EXPECT_EQ(value, 0);
  }
}

TEST(Ssimulacra2, DoesNotDependOnWhichSideIsLonger) {
  const auto turned = [](const FloatImage& picture) {
    FloatImage result{picture.channels, picture.width, picture.height, {}};
    for (int i = 0; i < 3; ++i) {
      for (int x = 0; x < picture.width; ++x) {
        for (int y = 0; y < picture.height; ++y)
          result.data.push_back(
              picture.data[static_cast<std::size_t>((i * picture.height + y) * picture.width + x)]);
      }
    }
    return result;
  };
  Random random(3);
  const auto picture = wavy_picture(random, 75, 140);
  const auto shown = noisy(random, picture, 0.05F);
  const double distance = ssimulacra2(shown, picture, false).distance;
  EXPECT_NEAR(ssimulacra2(turned(shown), turned(picture), false).distance, distance,
              1e-5 * distance);
}

TEST(Ssimulacra2, TakesGreyPicturesAsThreeEqualChannels) {
  Random random(4);
  const auto tripled = [](const FloatImage& grey) {
    FloatImage result{3, grey.height, grey.width, {}};
    for (int i = 0; i < 3; ++i)
      result.data.insert(result.data.end(), grey.data.begin(), grey.data.end());
    return result;
  };
  FloatImage grey{1, 30, 41, random_values(random, 30 * 41, 0.3F)};
  const auto shown = noisy(random, grey, 0.1F);
  const auto found = ssimulacra2(shown, grey, true),
             of_three = ssimulacra2(tripled(shown), tripled(grey), true);
  EXPECT_EQ(found.distance, of_three.distance);
  ASSERT_EQ(found.gradient.channels, 1);
  ASSERT_EQ(found.gradient.data.size(), grey.data.size());
  for (std::size_t i = 0; i < grey.data.size(); ++i) {
    const auto at = [&](std::size_t channel) {
      return of_three.gradient.data[channel * grey.data.size() + i];
    };
    EXPECT_NEAR(found.gradient.data[i], at(0) + at(1) + at(2),
                1e-5 * (std::abs(at(0)) + std::abs(at(1)) + std::abs(at(2))));
  }
}

TEST(Ssimulacra2, RefusesPicturesThatCannotBeCompared) {
  const auto compare = [](const FloatImage& a, const FloatImage& b) {
    return code_of([&] { (void)ssimulacra2(a, b, false); });
  };
  Random random(5);
  const auto picture = wavy_picture(random, 20, 30);
  EXPECT_EQ(compare(picture, wavy_picture(random, 20, 31)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(compare(picture, wavy_picture(random, 30, 20)), ErrorCode::kInvalidArgument);
  const FloatImage grey{1, 20, 30, random_values(random, 600)};
  EXPECT_EQ(compare(picture, grey), ErrorCode::kInvalidArgument);
  const FloatImage two{2, 20, 30, random_values(random, 1200)};
  EXPECT_EQ(compare(two, two), ErrorCode::kInvalidArgument);
}

TEST(Ssimulacra2, HasNoGradientUnlessAskedForOne) {
  Random random(6);
  const auto picture = wavy_picture(random, 20, 20);
  EXPECT_TRUE(ssimulacra2(picture, picture, false).gradient.data.empty());
}

TEST(Ssimulacra2, HasTheGradientOfItsDistance) {
  Random random(7);
  constexpr double kStep = 1e-6;
  for (const Size size : {Size{8, 9}, {15, 19}, {33, 30}, {59, 61}, {114, 113}, {225, 227}}) {
    const auto picture = wavy_picture(random, size.height, size.width);
    const auto shown = noisy(random, picture, 0.05F);
    const auto found = ssimulacra2(shown, picture, true);
    ASSERT_EQ(found.gradient.data.size(), shown.data.size());
    EXPECT_EQ(found.gradient.height, size.height);
    EXPECT_EQ(found.gradient.width, size.width);
    double most = 0;
    for (const float value : found.gradient.data)
      most = std::max(most, std::abs(static_cast<double>(value)));
    const Planes original = linear_planes(picture);
    Planes planes = linear_planes(shown);
    const int tries = size.height < 100 ? 40 : 6;
    for (int i = 0; i < tries; ++i) {
      const std::size_t at = i == 0   ? 0
                             : i == 1 ? shown.data.size() - 1
                                      : random() % shown.data.size();
      const float sample = shown.data[at];
      if (sample <= 0 || sample >= 1) continue;
      double& moved = planes[at / shown.plane_size()].data[at % shown.plane_size()];
      const auto distance = [&](double value) {
        moved = linear(value);
        return plain_distance(planes, original);
      };
      const double slope = (distance(sample + kStep) - distance(sample - kStep)) / (2 * kStep);
      moved = linear(sample);
      EXPECT_NEAR(found.gradient.data[at], slope, 1e-4 * most)
          << size.height << "x" << size.width << ", sample " << at;
    }
  }
}

TEST(Ssimulacra2, CountsSamplesOutsideTheRangeAsTheNearestInside) {
  Random random(8);
  const auto picture = wavy_picture(random, 40, 50);
  auto shown = noisy(random, picture, 0.4F);
  shown.data[0] = -3;
  shown.data[1] = 1e30F;
  shown.data[2] = -std::numeric_limits<float>::infinity();
  auto clamped = shown;
  for (float& sample : clamped.data) sample = std::clamp(sample, 0.0F, 1.0F);
  const auto found = ssimulacra2(shown, picture, true),
             inside = ssimulacra2(clamped, picture, true);
  EXPECT_EQ(found.distance, inside.distance);
  int outside = 0, led_back = 0;
  for (std::size_t i = 0; i < shown.data.size(); ++i) {
    const float sample = shown.data[i], here = inside.gradient.data[i];
    const bool back = sample < 0 ? here < 0 : here > 0;
    const bool is_outside = sample < 0 || sample > 1;
    EXPECT_EQ(found.gradient.data[i], !is_outside || back ? here : 0);
    outside += is_outside;
    led_back += is_outside && back;
  }
  EXPECT_GT(led_back, 0);
  EXPECT_LT(led_back, outside);
}

// Where maps are zero, or fourth powers of them too small for floats, nothing may be divided by it.
TEST(Ssimulacra2, StaysFiniteForVeryLikeAndVeryDifferentPictures) {
  const FloatImage flat{3, 24, 24, std::vector<float>(3 * 24 * 24, 0.5F)};
  for (const float value : {0.5000001F, 0.50001F, 0.0F, 1.0F}) {
    auto shown = flat;
    shown.data[700] = value;
    auto all = flat;
    for (float& sample : all.data) sample = value;
    for (const auto* picture : {&shown, &all}) {
      const auto found = ssimulacra2(*picture, flat, true);
      EXPECT_TRUE(std::isfinite(found.score));
      EXPECT_GT(found.distance, 0);
      for (const float slope : found.gradient.data) EXPECT_TRUE(std::isfinite(slope));
    }
  }
}

}  // namespace
}  // namespace imgcnn::image
