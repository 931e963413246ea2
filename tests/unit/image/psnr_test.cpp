#include "imgcnn/image/psnr.h"

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

Image flat(int channels, int bit_depth, std::uint16_t value) {
  Image picture{4, 3, channels, bit_depth, {}, {}};
  picture.samples.assign(picture.pixels() * static_cast<std::size_t>(channels), value);
  return picture;
}

TEST(Psnr, KnownDifference) {
  // A step of 1 in 255 everywhere: 20 log10(255).
  EXPECT_NEAR(psnr_db(flat(3, 8, 100), flat(3, 8, 101)), 48.1308, 1e-4);
  EXPECT_NEAR(psnr_db(flat(1, 8, 100), flat(1, 16, 101 * 257)), 48.1308, 1e-4);
  EXPECT_EQ(psnr_db(flat(1, 8, 7), flat(3, 8, 7)), kMaxPsnr);
}

TEST(Psnr, AlphaDoesNotCount) {
  Image transparent = flat(4, 8, 9);
  for (std::size_t i = 3; i < transparent.samples.size(); i += 4) transparent.samples[i] = 0;
  EXPECT_EQ(psnr_db(transparent, flat(4, 8, 9)), kMaxPsnr);
}

TEST(Psnr, SizesMustAgree) {
  Image wide = flat(3, 8, 0);
  wide.width = 2;
  EXPECT_THROW((void)psnr_db(flat(3, 8, 0), wide), Error);
}

}  // namespace
}  // namespace imgcnn::image
