// Brightness, contrast, colour balance and their inverse.
#include "imgcnn/image/preprocess.h"

#include <gtest/gtest.h>

#include <limits>

#include "imgcnn/image/convert.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

FloatImage one_pixel(float r, float g, float b) {
  FloatImage rgb;
  rgb.channels = 3;
  rgb.height = 1;
  rgb.width = 1;
  rgb.data = {r, g, b};
  return rgb;
}

TEST(Preprocess, FollowsItsFormula) {
  Preprocess parameters;
  parameters.brightness = 0.1F;
  parameters.contrast = 1.5F;
  parameters.gain = {1.2F, 1.0F, 0.5F};
  FloatImage rgb = one_pixel(0.5F, 0.2F, 1.0F);
  apply_preprocess(rgb, parameters);
  EXPECT_NEAR(rgb.data[0], 0.75F, 1e-6F);  // (0.6 - 0.5) * 1.5 + 0.5 + 0.1
  EXPECT_NEAR(rgb.data[1], 0.15F, 1e-6F);
  EXPECT_NEAR(rgb.data[2], 0.6F, 1e-6F);
}

TEST(Preprocess, IdentityChangesNothing) {
  const FloatImage before = to_float_rgb(noise_picture(7, 5, 3, 8));
  FloatImage after = before;
  EXPECT_TRUE(Preprocess{}.is_identity());
  apply_preprocess(after, {});
  undo_preprocess(after, {});
  EXPECT_EQ(after.data, before.data);
}

TEST(Preprocess, InverseRestoresWhatWasNotClamped) {
  Preprocess parameters;
  parameters.brightness = -0.05F;
  parameters.contrast = 0.7F;
  parameters.gain = {0.9F, 1.1F, 0.8F};
  const FloatImage before = to_float_rgb(noise_picture(16, 16, 3, 8));
  FloatImage after = before;
  apply_preprocess(after, parameters);
  undo_preprocess(after, parameters);
  for (std::size_t i = 0; i < before.data.size(); ++i)
    ASSERT_NEAR(after.data[i], before.data[i], 1e-5F);
}

TEST(Preprocess, RangesAreChecked) {
  const auto code_for = [](Preprocess parameters) {
    return code_of([&] { check_preprocess(parameters); });
  };
  EXPECT_NO_THROW(check_preprocess({}));
  EXPECT_NO_THROW(check_preprocess({1.0F, 10.0F, {0.1F, 10.0F, 1.0F}}));
  EXPECT_EQ(code_for({1.01F, 1.0F, {1, 1, 1}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_for({0.0F, 0.0F, {1, 1, 1}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_for({0.0F, 1.0F, {1, 11, 1}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_for({std::numeric_limits<float>::quiet_NaN(), 1.0F, {1, 1, 1}}),
            ErrorCode::kInvalidArgument);
}

TEST(GreyWorld, EqualisesTheMeans) {
  const Image rgb{2, 1, 3, 8, {20, 40, 40, 60, 80, 120}, {}};
  const auto gains = grey_world_gains(rgb);
  const std::array<float, 3> sums = {80, 120, 160};
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(sums[c] * gains[c], 120.0F, 1e-4F);
  EXPECT_EQ(grey_world_gains({1, 1, 3, 8, {0, 0, 0}, {}}), (std::array<float, 3>{1, 1, 1}));
  EXPECT_EQ(grey_world_gains({1, 1, 4, 8, {230, 3, 0, 7}, {}})[1], 10.0F);
  EXPECT_EQ(grey_world_gains({1, 1, 3, 8, {230, 3, 0}, {}})[2], 10.0F);
  EXPECT_EQ(grey_world_gains({1, 1, 2, 16, {500, 3}, {}}), (std::array<float, 3>{1, 1, 1}));
}

}  // namespace
}  // namespace imgcnn::image
