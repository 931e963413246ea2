// WebP there and back: both codings, alpha, metadata, refusals.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "imgcnn/image/image_io.h"
#include "reader_checks.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

using Words = std::vector<std::string>;

constexpr int kLossless = 101;
constexpr std::size_t kFlagsOfVp8x = 20;  // behind RIFF, size, WEBP, VP8X, size
const std::string kXmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xC3\xBC</x:xmpmeta>";

DecodedImage decode(const Bytes& file) { return decode_with_warnings(file, "some.webp"); }

std::string message_of(const Bytes& file) { return refusal_of(file, "some.webp"); }

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Image picture_with_metadata(int channels) {
  Image picture = gradient_picture(16, 12, channels);
  picture.metadata.icc = icc_profile("RGB ");
  picture.metadata.exif = exif_with_orientation(1);
  picture.metadata.xmp.assign(kXmp.begin(), kXmp.end());
  return picture;
}

/// The largest difference between samples at the same place.
int distance(const Image& a, const Image& b) {
  EXPECT_EQ(a.samples.size(), b.samples.size());
  int largest = 0;
  for (std::size_t i = 0; i < std::min(a.samples.size(), b.samples.size()); ++i) {
    largest = std::max(largest, std::abs(int{a.samples[i]} - int{b.samples[i]}));
  }
  return largest;
}

TEST(Webp, LosslessKeepsEverySample) {
  for (const int channels : {3, 4}) {
    for (const int width : {1, 17}) {
      const Image picture = noise_picture(width, 9, channels, 8);
      const DecodedImage decoded = decode(encode_webp(picture, kLossless));
      EXPECT_EQ(decoded.image.width, width);
      EXPECT_EQ(decoded.image.height, 9);
      EXPECT_EQ(decoded.image.channels, channels);
      EXPECT_EQ(decoded.image.bit_depth, 8);
      EXPECT_EQ(decoded.image.samples, picture.samples) << channels;
      EXPECT_EQ(decoded.warnings, Words{});
    }
  }
}

TEST(Webp, ColoursBelowZeroAlphaAreKept) {
  Image picture = noise_picture(16, 16, 4, 8);
  for (std::size_t i = 3; i < picture.samples.size(); i += 4) picture.samples[i] = 0;
  EXPECT_EQ(decode(encode_webp(picture, kLossless)).image.samples, picture.samples);
}

TEST(Webp, LossyStaysNear) {
  const Image picture = gradient_picture(64, 48, 3);
  const DecodedImage decoded = decode(encode_image(picture, ".webp"));
  EXPECT_EQ(decoded.image.width, 64);
  EXPECT_EQ(decoded.image.height, 48);
  EXPECT_EQ(decoded.image.channels, 3);
  EXPECT_LE(distance(decoded.image, picture), 6);
  EXPECT_EQ(decoded.warnings, Words{});
  EXPECT_LT(encode_webp(noise_picture(64, 48, 3, 8), 10).size(),
            encode_webp(noise_picture(64, 48, 3, 8), 90).size());
}

TEST(Webp, LossyKeepsAlphaExactly) {
  Image picture = gradient_picture(64, 48, 4);
  for (std::size_t i = 3; i < picture.samples.size(); i += 4) {
    picture.samples[i] = static_cast<std::uint16_t>(i / 4 % 64 < 32 ? 255 : 128);
  }
  const Image read = decode(encode_image(picture, ".webp")).image;
  ASSERT_EQ(read.channels, 4);
  for (std::size_t i = 3; i < read.samples.size(); i += 4)
    ASSERT_EQ(read.samples[i], picture.samples[i]) << i;
  EXPECT_LE(distance(read, picture), 8);
}

TEST(Webp, GreyBecomesColours) {
  const Image grey = noise_picture(7, 5, 1, 8);
  const Image read = decode(encode_webp(grey, kLossless)).image;
  ASSERT_EQ(read.channels, 3);
  for (std::size_t i = 0; i < read.samples.size(); ++i)
    ASSERT_EQ(read.samples[i], grey.samples[i / 3]);
  const Image grey_alpha = noise_picture(7, 5, 2, 8);
  const Image with_alpha = decode(encode_webp(grey_alpha, kLossless)).image;
  ASSERT_EQ(with_alpha.channels, 4);
  for (std::size_t i = 0; i < with_alpha.samples.size(); ++i) {
    ASSERT_EQ(with_alpha.samples[i], grey_alpha.samples[2 * (i / 4) + (i % 4 == 3 ? 1 : 0)]);
  }
}

TEST(Webp, SixteenBitsBecomeEight) {
  Image picture = noise_picture(3, 2, 3, 16);
  for (std::size_t i = 0; i < picture.samples.size(); ++i)
    picture.samples[i] = static_cast<std::uint16_t>(i * 10 * 257);
  const Image read = decode(encode_webp(picture, kLossless)).image;
  for (std::size_t i = 0; i < read.samples.size(); ++i) EXPECT_EQ(read.samples[i], i * 10);
  EXPECT_EQ(unkept(picture, ".webp"), Words{"16-bit samples"});
}

TEST(Webp, MetadataIsKeptBothWays) {
  for (const int channels : {3, 4}) {
    const Image picture = picture_with_metadata(channels);
    EXPECT_EQ(unkept(picture, ".webp"), Words{});
    for (const Bytes& file : {encode_image(picture, ".webp"), encode_webp(picture, kLossless)}) {
      const DecodedImage decoded = decode(file);
      EXPECT_EQ(decoded.image.channels, channels);
      EXPECT_EQ(decoded.image.metadata.icc, picture.metadata.icc);
      EXPECT_EQ(decoded.image.metadata.exif, picture.metadata.exif);
      EXPECT_EQ(decoded.image.metadata.xmp, picture.metadata.xmp);
      EXPECT_EQ(decoded.warnings, Words{});
    }
    EXPECT_EQ(decode(encode_webp(picture, kLossless)).image.samples, picture.samples);
  }
}

TEST(Webp, EachKindOfMetadataIsKeptAlone) {
  const Image all = picture_with_metadata(3);
  for (Bytes Metadata::*kind : {&Metadata::icc, &Metadata::exif, &Metadata::xmp}) {
    Image picture = gradient_picture(16, 12, 3);
    picture.metadata.*kind = all.metadata.*kind;
    (picture.metadata.*kind).push_back(0);  // an odd length is padded
    if ((picture.metadata.*kind).size() % 2 == 0) (picture.metadata.*kind).push_back(0);
    const Metadata read = decode(encode_webp(picture, 80)).image.metadata;
    EXPECT_EQ(read.icc, picture.metadata.icc);
    EXPECT_EQ(read.exif, picture.metadata.exif);
    EXPECT_EQ(read.xmp, picture.metadata.xmp);
  }
}

TEST(Webp, MetadataIsLeftOutWhenNotWanted) {
  ReadOptions bare;
  bare.keep_metadata = false;
  const Metadata none = decode_image(encode_webp(picture_with_metadata(3), 80), "x", bare).metadata;
  EXPECT_TRUE(none.icc.empty() && none.exif.empty() && none.xmp.empty());
}

TEST(Webp, PrefixOfJpegInFrontOfExifIsCutOff) {
  Image picture = gradient_picture(16, 12, 3);
  picture.metadata.exif = joined({'E', 'x', 'i', 'f', 0, 0}, exif_with_orientation(6));
  const Image read = decode(encode_webp(picture, 80)).image;
  EXPECT_EQ(read.metadata.exif, exif_with_orientation(1));
  EXPECT_EQ(read.width, 12);
  EXPECT_EQ(read.height, 16);
}

TEST(Webp, TooLargeSidesAreRefusedByName) {
  for (const bool wide : {true, false}) {
    const Image picture = gradient_picture(wide ? 16384 : 1, wide ? 1 : 16384, 3);
    try {
      (void)encode_image(picture, ".webp");
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
      EXPECT_NE(std::string(error.what()).find("WebP"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("16383"), std::string::npos) << error.what();
    }
  }
  const Image largest = gradient_picture(16383, 1, 3);
  EXPECT_EQ(decode(encode_webp(largest, kLossless)).image.samples, largest.samples);
}

TEST(Webp, LimitsHold) {
  const Bytes file = encode_webp(gradient_picture(16, 12, 3), 80);
  ReadOptions options;
  options.max_side = 15;
  EXPECT_EQ(code_of([&] { (void)decode_image(file, "x", options); }), ErrorCode::kLimitExceeded);
  options.max_side = 16;
  options.max_pixels = 16 * 12 - 1;
  EXPECT_EQ(code_of([&] { (void)decode_image(file, "x", options); }), ErrorCode::kLimitExceeded);
  options.max_pixels = 16 * 12;
  EXPECT_EQ(decode_image(file, "x", options).width, 16);
}

TEST(Webp, DataBehindThePictureIsSaid) {
  const Image picture = noise_picture(16, 12, 3, 8);
  Image described = picture_with_metadata(3);
  described.samples = picture.samples;
  for (const Bytes& file : {encode_webp(picture, kLossless), encode_webp(described, kLossless)}) {
    const DecodedImage decoded = decode(joined(file, {'m', 'o', 'r', 'e', '!'}));
    EXPECT_EQ(decoded.warnings, Words{"what lies behind the picture (5 bytes) cannot be kept"});
    EXPECT_EQ(decoded.image.samples, picture.samples);
    EXPECT_EQ(decode(joined(file, Bytes(100, 0))).warnings, Words{});
  }
}

TEST(Webp, AnimationsAreRefusedByName) {
  Bytes file = encode_webp(picture_with_metadata(3), 80);
  ASSERT_EQ(std::string(file.begin() + 12, file.begin() + 16), "VP8X");
  file[kFlagsOfVp8x] |= 2;
  EXPECT_EQ(message_of(file), "some.webp: animated WebP is not handled");
}

TEST(Webp, EveryCutIsAnError) {
  const Bytes files[] = {encode_webp(gradient_picture(16, 12, 3), 80),
                         encode_webp(noise_picture(9, 7, 4, 8), kLossless),
                         encode_webp(picture_with_metadata(4), 80)};
  for (const Bytes& file : files) {
    EXPECT_EQ(message_of(file), "no error");
    for (std::size_t size = 1; size < file.size(); ++size) {
      const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
      ASSERT_NE(message_of(cut), "no error") << size << " of " << file.size();
    }
  }
}

TEST(Webp, AlteredBytesNeverCrash) {
  const Bytes file = encode_webp(picture_with_metadata(4), 80);
  expect_altered_bytes_never_crash(file);
}

}  // namespace
}  // namespace imgcnn::image
