// Turning of samples by the eight orientations.
#include "image/orientation.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "test_pictures.h"

namespace imgcnn::image {
namespace {

/// Column and row in a stored picture of width x height that orientation `o` shows at (x, y).
/// Source: EXIF 2.32, tag 274: the sides on which row 0 and column 0 of the stored picture lie.
std::pair<int, int> stored_place(int o, int x, int y, int width, int height) {
  switch (o) {
    case 2:  // row 0 at the top, column 0 at the right
      return {width - 1 - x, y};
    case 3:  // bottom, right
      return {width - 1 - x, height - 1 - y};
    case 4:  // bottom, left
      return {x, height - 1 - y};
    case 5:  // left, top
      return {y, x};
    case 6:  // right, top
      return {y, height - 1 - x};
    case 7:  // right, bottom
      return {width - 1 - y, height - 1 - x};
    case 8:  // left, bottom
      return {width - 1 - y, x};
    default:
      return {x, y};
  }
}

void expect_turned(const Image& stored, int orientation) {
  const std::string what = std::to_string(stored.width) + "x" + std::to_string(stored.height) +
                           " of " + std::to_string(stored.channels) + " channels, orientation " +
                           std::to_string(orientation);
  Image turned = stored;
  Warnings warnings(true);
  make_upright(turned, orientation, warnings);
  const bool transposed = orientation >= 5 && orientation <= 8;
  ASSERT_EQ(turned.width, transposed ? stored.height : stored.width) << what;
  ASSERT_EQ(turned.height, transposed ? stored.width : stored.height) << what;
  ASSERT_EQ(turned.samples.size(), stored.samples.size()) << what;
  ASSERT_EQ(turned.bit_depth, stored.bit_depth) << what;
  std::size_t wrong = 0;
  for (int y = 0; y < turned.height; ++y) {
    for (int x = 0; x < turned.width; ++x) {
      const auto [from_x, from_y] = stored_place(orientation, x, y, stored.width, stored.height);
      for (int c = 0; c < stored.channels; ++c) {
        const auto at = static_cast<std::size_t>((y * turned.width + x) * stored.channels + c);
        const auto from =
            static_cast<std::size_t>((from_y * stored.width + from_x) * stored.channels + c);
        wrong += turned.samples[at] == stored.samples[from] ? 0 : 1;
      }
    }
  }
  EXPECT_EQ(wrong, 0U) << what;
}

TEST(Orientation, EveryOneTurnsEveryKindOfPicture) {
  for (const int channels : {1, 2, 3, 4}) {
    for (const auto& [width, height] : {std::pair{1, 1}, std::pair{1, 70}, std::pair{33, 1},
                                        std::pair{32, 64}, std::pair{97, 45}}) {
      const Image stored = noise_picture(width, height, channels, 16);
      for (int orientation = 0; orientation <= 9; ++orientation) expect_turned(stored, orientation);
    }
  }
}

}  // namespace
}  // namespace imgcnn::image
