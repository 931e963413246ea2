// Qualities as numbers, integers and shares.

#include "codec/quality.h"

#include <gtest/gtest.h>

namespace imgcnn::codec {
namespace {

TEST(Quality, GoesToTheNearestSixteenthAndBack) {
  EXPECT_EQ(to_quality16(0), 0);
  EXPECT_EQ(to_quality16(100), entropy::kMaxQuality16);
  EXPECT_EQ(to_quality16(60.04), 961);
  EXPECT_DOUBLE_EQ(to_quality(961), 60.0625);
  for (int quality16 = 0; quality16 <= entropy::kMaxQuality16; ++quality16)
    EXPECT_EQ(to_quality16(to_quality(quality16)), quality16);
}

TEST(Quality, IsAShareOfTheRange) {
  EXPECT_DOUBLE_EQ(quality_share(0), 0);
  EXPECT_DOUBLE_EQ(quality_share(800), 0.5);
  EXPECT_DOUBLE_EQ(quality_share(entropy::kMaxQuality16), 1);
}

}  // namespace
}  // namespace imgcnn::codec
