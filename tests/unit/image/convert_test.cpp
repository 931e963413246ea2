// Integer pictures to floats and back, and alpha.
#include "imgcnn/image/convert.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "test_pictures.h"

namespace imgcnn::image {
namespace {

TEST(Convert, FloatsRoundTripExactly) {
  for (const int depth : {8, 16}) {
    for (const int channels : {1, 3}) {
      const Image picture = noise_picture(300, 250, channels, depth);
      EXPECT_EQ(from_float_rgb(to_float_rgb(picture), channels, depth).samples, picture.samples)
          << depth << channels;
    }
  }
}

TEST(Convert, FloatsArePlanarAndWithoutAlpha) {
  Image picture = noise_picture(2, 1, 4, 8);
  picture.samples = {0, 51, 255, 7, 102, 153, 204, 9};
  const FloatImage rgb = to_float_rgb(picture);
  const std::vector<float> expected = {0.0F, 0.4F, 0.2F, 0.6F, 1.0F, 0.8F};
  ASSERT_EQ(rgb.data.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_FLOAT_EQ(rgb.data[i], expected[i]);
}

TEST(Convert, ClampsAndRoundsHalfUp) {
  FloatImage rgb;
  rgb.channels = 3;
  rgb.height = 1;
  rgb.width = 2;
  rgb.data = {-1.0F, 0.5F, 2.0F, 0.1F, std::numeric_limits<float>::quiet_NaN(), 0.998F};
  EXPECT_EQ(from_float_rgb(rgb, 3, 8).samples,
            (std::vector<std::uint16_t>{0, 255, 0, 128, 26, 254}));
  rgb.data = {0.0F, 1.0F, 0.3F, 1.0F, 0.6F, 1.0F};
  EXPECT_EQ(from_float_rgb(rgb, 1, 16).samples, (std::vector<std::uint16_t>{19661, 65535}));
}

TEST(Convert, EveryFloatRoundsAsTheFormulaSays) {
  std::vector<float> values = {0.0F,
                               -0.0F,
                               1.0F,
                               std::numeric_limits<float>::infinity(),
                               -1e30F,
                               1e-40F,
                               std::numeric_limits<float>::quiet_NaN()};
  for (int i = -3; i < 2 * 65535; i += 7) {
    const float edge = static_cast<float>(i) / 2.0F / 65535.0F;
    values.insert(values.end(), {edge, std::nextafter(edge, -1.0F), std::nextafter(edge, 2.0F)});
  }
  values.resize(values.size() / 3 * 3);
  const int width = static_cast<int>(values.size() / 3);
  for (const int depth : {8, 16}) {
    const float full = depth == 8 ? 255.0F : 65535.0F;
    const Image picture = from_float_rgb({3, 1, width, values}, 3, depth);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t at =
          i % static_cast<std::size_t>(width) * 3 + i / static_cast<std::size_t>(width);
      const float bounded = std::isnan(values[i]) ? 0.0F : std::clamp(values[i], 0.0F, 1.0F);
      ASSERT_EQ(static_cast<float>(picture.samples[at]), std::floor(bounded * full + 0.5F))
          << values[i] << " " << depth;
    }
  }
}

TEST(Convert, AlphaComesOffAndOn) {
  for (const int channels : {2, 4}) {
    Image picture = noise_picture(5, 4, channels, 16);
    picture.metadata.xmp = {1, 2, 3};
    const Image alpha = alpha_plane(picture);
    EXPECT_EQ(alpha.channels, 1);
    Image colour = drop_alpha(picture);
    EXPECT_EQ(colour.channels, channels - 1);
    EXPECT_FALSE(is_opaque(picture));
    EXPECT_TRUE(is_opaque(colour));
    attach_alpha(colour, alpha);
    EXPECT_EQ(colour.samples, picture.samples);
    EXPECT_EQ(colour.metadata.xmp, picture.metadata.xmp);
  }
  Image opaque = noise_picture(3, 1, 2, 8);
  opaque.samples = {1, 255, 2, 255, 3, 255};
  EXPECT_TRUE(is_opaque(opaque));
  Image other = noise_picture(3, 2, 3, 8);
  EXPECT_EQ(code_of([&] { attach_alpha(other, alpha_plane(opaque)); }),
            ErrorCode::kInvalidArgument);
}

TEST(Convert, SixteenBitsRoundToEight) {
  Image picture = noise_picture(4, 1, 1, 16);
  picture.samples = {0, 128, 129, 65535};  // 128 / 257 = 0.498
  const Image shallow = to_8_bit(picture);
  EXPECT_EQ(shallow.bit_depth, 8);
  EXPECT_EQ(shallow.samples, (std::vector<std::uint16_t>{0, 0, 1, 255}));
}

TEST(Convert, ShrunkTakesMeansOfBlocksAndOfWhatIsLeftOfThem) {
  const Image picture{3, 3, 1, 8, {1, 3, 10, 5, 8, 20, 7, 8, 9}, {}};
  const auto small = shrunk(picture, 2);
  EXPECT_EQ(small.width, 2);
  EXPECT_EQ(small.height, 2);
  EXPECT_EQ(small.samples, (std::vector<std::uint16_t>{4, 15, 8, 9}));
  EXPECT_EQ(shrunk(picture, 1).samples, picture.samples);
}

TEST(Convert, PartsGoAndComeBack) {
  const Image picture{3, 2, 3, 8, {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19},
                      {}};
  const auto part = cut(picture, 1, 1, 2, 1);
  EXPECT_EQ(part.samples, (std::vector<std::uint16_t>{14, 15, 16, 17, 18, 19}));
  Image back = blank(3, 2, 3, 8);
  put_float_rgb(to_float_rgb(picture, 1, 1, 2, 1), 1, 1, back);
  EXPECT_EQ(cut(back, 1, 1, 2, 1).samples, part.samples);
  EXPECT_EQ(back.samples[0], 0);
}

}  // namespace
}  // namespace imgcnn::image
