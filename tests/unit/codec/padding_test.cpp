// Padding repeats the border.

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

TEST(Padding, MultiplesStayAsTheyAre) {
  const image::FloatImage picture{1, 2, 2, {1, 2, 3, 4}};
  EXPECT_EQ(pad_to_multiple(picture, 2).data, picture.data);
}

}  // namespace
}  // namespace imgcnn::codec
