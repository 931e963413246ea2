// Padding repeats the border; cropping takes it away again.

#include "codec/padding.h"

#include <gtest/gtest.h>

namespace imgcnn::codec {
namespace {

TEST(Padding, RepeatsTheBorder) {
  const image::FloatImage picture{1, 2, 3, {1, 2, 3, 4, 5, 6}};
  const auto padded = pad_to_multiple(picture, 4);
  EXPECT_EQ(padded.width, 4);
  EXPECT_EQ(padded.height, 4);
  EXPECT_EQ(padded.data, (std::vector<float>{1, 2, 3, 3, 4, 5, 6, 6, 4, 5, 6, 6, 4, 5, 6, 6}));
}

TEST(Padding, CropUndoesIt) {
  const image::FloatImage picture{2, 1, 3, {1, 2, 3, 4, 5, 6}};
  const auto back = crop(pad_to_multiple(picture, 16), 3, 1);
  EXPECT_EQ(back.data, picture.data);
}

TEST(Padding, MultiplesStayAsTheyAre) {
  const image::FloatImage picture{1, 2, 2, {1, 2, 3, 4}};
  EXPECT_EQ(pad_to_multiple(picture, 2).data, picture.data);
}

}  // namespace
}  // namespace imgcnn::codec
