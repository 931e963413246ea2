// Other codecs, and JPEG at a given size.
#include "imgcnn/eval/baselines.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "image/test_pictures.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

image::Image textured_picture() {
  image::Image picture = image::gradient_picture(96, 64, 3);
  const image::Image noise = image::noise_picture(96, 64, 3, 8);
  for (std::size_t i = 0; i < picture.samples.size(); ++i)
    picture.samples[i] += noise.samples[i] % 32;
  return picture;
}

/// With Pillow, if $IMGCNN_PYTHON names one that has it.
std::string python() {
  const char* const variable = std::getenv("IMGCNN_PYTHON");
  return variable == nullptr ? kDefaultPython : variable;
}

TEST(Baselines, RateAndPsnrRiseWithQuality) {
  const image::Image picture = textured_picture();
  for (const Baseline& baseline : known_baselines(python())) {
    ASSERT_GE(baseline.qualities.size(), 4U);
    if (!baseline.missing().empty()) continue;  // SkipsWhatIsMissing shows it
    const Bytes low = baseline.encode(picture, baseline.qualities.front());
    const Bytes high = baseline.encode(picture, baseline.qualities.back());
    EXPECT_LT(low.size(), high.size()) << baseline.name;
    EXPECT_LT(psnr_db(picture, baseline.decode(low)), psnr_db(picture, baseline.decode(high)))
        << baseline.name;
  }
}

TEST(Baselines, TakeGreyAndDeepPictures) {
  for (const Baseline& baseline : known_baselines(python())) {
    if (!baseline.missing().empty()) continue;
    const image::Image grey = image::gradient_picture(40, 36, 1);
    EXPECT_GT(psnr_db(grey, baseline.decode(baseline.encode(grey, baseline.qualities.back()))),
              30.0)
        << baseline.name;
    image::Image deep = image::gradient_picture(40, 36, 3);
    deep.bit_depth = 16;
    for (auto& sample : deep.samples) sample = static_cast<std::uint16_t>(sample * 257);
    EXPECT_GT(psnr_db(deep, baseline.decode(baseline.encode(deep, baseline.qualities.back()))),
              30.0)
        << baseline.name;
  }
}

TEST(Baselines, TakeTheSmallestPictures) {
  for (const Baseline& baseline : known_baselines(python())) {
    if (!baseline.missing().empty()) continue;
    const image::Image dot = image::gradient_picture(1, 3, 3);
    EXPECT_EQ(baseline.decode(baseline.encode(dot, baseline.qualities.back())).height, 3)
        << baseline.name;
  }
}

TEST(Baselines, SkipsWhatIsMissing) {
  std::string missing;
  const auto chosen = choose_baselines({"jpeg", "all", "jpeg"}, missing, python());
  ASSERT_GE(chosen.size(), 2U);
  EXPECT_EQ(chosen[0].name, "jpeg");
  EXPECT_EQ(chosen[1].name, "webp");
  EXPECT_EQ(chosen.size() == known_baselines().size(), missing.empty()) << missing;
  if (!missing.empty()) GTEST_SKIP() << "not tested: " << missing;
}

TEST(Baselines, NotesNameProgramAndVersion) {
  std::string missing;
  for (const Baseline& baseline : choose_baselines({"all"}, missing, python())) {
    const std::string note = baseline.note();
    EXPECT_FALSE(note.empty()) << baseline.name;
    EXPECT_EQ(note.find('\n'), std::string::npos) << note;
    if (baseline.name == "avif") {
      EXPECT_NE(note.find(" with libaom v"), std::string::npos) << note;
      EXPECT_NE(note.find("tun"), std::string::npos) << note;
    }
    if (baseline.name == "pillow-avif") {
      EXPECT_NE(note.find("libavif "), std::string::npos) << note;
    }
  }
}

TEST(Baselines, NameWhatIsUnknownOrMissing) {
  std::string missing;
  EXPECT_EQ(image::code_of([&] { (void)choose_baselines({"gif"}, missing); }),
            ErrorCode::kInvalidArgument);
  const std::string path = std::getenv("PATH");
  ASSERT_EQ(::setenv("PATH", "/nonexistent", 1), 0);
  EXPECT_EQ(choose_baselines({"webp", "all"}, missing).front().name, "webp");
  EXPECT_NE(missing.find("libopenjp2-tools"), std::string::npos);
  EXPECT_NE(missing.find("libavif-bin"), std::string::npos);
  EXPECT_NE(missing.find("libjxl-tools"), std::string::npos);
  EXPECT_NE(missing.find("pip install pillow pillow-jxl-plugin"), std::string::npos);
  EXPECT_EQ(image::code_of([] { (void)find_baseline("avif"); }), ErrorCode::kInvalidArgument);
  ASSERT_EQ(::setenv("PATH", path.c_str(), 1), 0);
}

TEST(EncodeNearSize, FindsTheNearestFile) {
  const image::Image picture = textured_picture();
  const Baseline jpeg = find_baseline("jpeg");
  const std::size_t wanted = jpeg.encode(picture, 37).size();
  EXPECT_EQ(encode_near_size(jpeg.encode, picture, wanted).size(), wanted);
  EXPECT_EQ(encode_near_size(jpeg.encode, picture, 0).size(), jpeg.encode(picture, 1).size());
  EXPECT_EQ(encode_near_size(jpeg.encode, picture, 1'000'000).size(),
            jpeg.encode(picture, 100).size());
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
