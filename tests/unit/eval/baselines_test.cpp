// Other codecs, and JPEG at a given size.
#include "imgcnn/eval/baselines.h"

#include <gtest/gtest.h>

#include "image/test_pictures.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

image::Image textured_picture() {
  image::Image picture = image::gradient_picture(96, 64, 3);
  const image::Image noise = image::noise_picture(96, 64, 3, 8);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) picture.samples[i] += noise.samples[i] % 32;
  return picture;
}

TEST(Baselines, RateAndPsnrRiseWithQuality) {
  const image::Image picture = textured_picture();
  for (const char* name : {"jpeg", "webp"}) {
    const Baseline& baseline = find_baseline(name);
    ASSERT_GE(baseline.qualities.size(), 4U);
    const Bytes low = baseline.encode(picture, baseline.qualities.front());
    const Bytes high = baseline.encode(picture, baseline.qualities.back());
    EXPECT_LT(low.size(), high.size()) << name;
    EXPECT_LT(psnr_db(picture, baseline.decode(low)), psnr_db(picture, baseline.decode(high))) << name;
  }
  EXPECT_EQ(image::code_of([] { (void)find_baseline("gif"); }), ErrorCode::kInvalidArgument);
}

TEST(JpegAtSize, UsesTheSizeItIsGiven) {
  image::Image picture = textured_picture();
  picture.metadata.exif = Bytes(5000, 1);  // does not count
  for (const std::size_t limit : {1500U, 2500U, 4000U}) {
    const auto match = jpeg_at_size(picture, limit);
    ASSERT_TRUE(match.has_value()) << limit;
    EXPECT_LE(match->bytes, limit);
    image::Image bare = picture;
    bare.metadata = {};
    EXPECT_GT(image::encode_jpeg(bare, match->quality + 1).size(), limit);
    const Bytes file = image::encode_jpeg(bare, match->quality);
    EXPECT_EQ(file.size(), match->bytes);
    EXPECT_DOUBLE_EQ(psnr_db(picture, image::decode_image(file, "x")), match->psnr);
  }
}

TEST(JpegAtSize, KnowsItsLimits) {
  const image::Image picture = textured_picture();
  EXPECT_FALSE(jpeg_at_size(picture, 100).has_value());
  const auto best = jpeg_at_size(picture, 1'000'000);
  ASSERT_TRUE(best.has_value());
  EXPECT_EQ(best->quality, 100);
}

}  // namespace
}  // namespace imgcnn::eval
