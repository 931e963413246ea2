// Damaged files give an Error, never a grey picture and never a crash.
#include <gtest/gtest.h>

#include "imgcnn/image/image_io.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

const char* const kExtensions[] = {".png", ".jpg", ".webp", ".bmp", ".ppm", ".tif"};

TEST(Damage, TruncationAtEveryLengthIsAnError) {
  for (const int channels : {1, 3}) {
    const Bytes file = encode_png(noise_picture(40, 24, channels, 8));
    for (std::size_t size = 0; size < file.size(); ++size) {
      const auto decode = [&] { (void)decode_image(ByteSpan(file).subspan(0, size), "x"); };
      ASSERT_EQ(code_of(decode), ErrorCode::kUnsupportedImage)
          << "cut to " << size << " of " << file.size();
    }
  }
}

/// A JPEG without its end marker, but with every block, is the same picture, and the user hears of
/// it.
TEST(Damage, TruncationOfJpegIsAnErrorWhereBlocksAreMissing) {
  for (const int channels : {1, 3}) {
    const Image picture = noise_picture(40, 24, channels, 8);
    const Bytes file = encode_jpeg(picture, 95);
    const Image whole = decode_image(file, "x");
    constexpr std::size_t kEndMarker = 2;
    for (std::size_t size = 0; size < file.size(); ++size) {
      const ByteSpan cut = ByteSpan(file).subspan(0, size);
      if (size < file.size() - kEndMarker) {
        ASSERT_EQ(code_of([&] { (void)decode_image(cut, "x"); }), ErrorCode::kUnsupportedImage)
            << size;
      } else {
        const DecodedImage decoded = decode_with_warnings(cut, "x");
        EXPECT_EQ(decoded.image.samples, whole.samples);
        EXPECT_EQ(decoded.warnings, std::vector<std::string>{"the JPEG has no end marker"});
      }
    }
  }
}

TEST(Damage, OtherFormatsCutInHalfAreErrors) {
  for (const char* extension : kExtensions) {
    const Bytes file = encode_image(noise_picture(64, 48, 3, 8), extension);
    const auto decode = [&] {
      (void)decode_image(ByteSpan(file).subspan(0, file.size() / 2), "x");
    };
    EXPECT_EQ(code_of(decode), ErrorCode::kUnsupportedImage) << extension;
  }
}

TEST(Damage, EveryFlippedByteOfAPngIsAnErrorOrHarmless) {
  const Image picture = noise_picture(12, 9, 3, 8);
  const Bytes file = encode_png(picture);
  for (std::size_t i = 0; i < file.size(); ++i) {
    Bytes damaged = file;
    damaged[i] ^= 0x55;
    try {
      EXPECT_EQ(decode_image(damaged, "x").samples, picture.samples) << i;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kUnsupportedImage) << i;
    }
  }
}

TEST(Damage, FlippedBytesNeverEscapeAsAnotherException) {
  ReadOptions options;
  options.max_pixels = 1 << 16;
  for (const char* extension : kExtensions) {
    const Bytes file = encode_image(gradient_picture(24, 16, 3), extension);
    for (std::size_t i = 0; i < file.size(); ++i) {
      Bytes damaged = file;
      damaged[i] = static_cast<std::uint8_t>(~damaged[i]);
      try {
        const Image picture = decode_image(damaged, "x", options);
        EXPECT_EQ(picture.samples.size(),
                  picture.pixels() * static_cast<std::size_t>(picture.channels));
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::kInternal) << extension << " " << i;
      }
    }
  }
}

TEST(Damage, AShortJpegCannotClaimAHugePicture) {
  Bytes jpeg = encode_jpeg(gradient_picture(16, 16, 3), 50);
  bool found = false;
  for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
    if (jpeg[i] != 0xFF || jpeg[i + 1] != 0xC0) continue;
    jpeg[i + 5] = jpeg[i + 7] = 0x40;  // 16384x16384
    jpeg[i + 6] = jpeg[i + 8] = 0;
    found = true;
  }
  ASSERT_TRUE(found);
  EXPECT_EQ(code_of([&] { (void)decode_image(jpeg, "x"); }), ErrorCode::kUnsupportedImage);
}

}  // namespace
}  // namespace imgcnn::image
