// ICC, EXIF and XMP travel; the orientation is applied.
#include <gtest/gtest.h>

#include "imgcnn/image/image_io.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

const std::string kXmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xC3\xBC</x:xmpmeta>";

Metadata some_metadata() {
  Metadata metadata;
  metadata.icc = icc_profile("RGB ");
  metadata.exif = exif_with_orientation(1);
  metadata.xmp.assign(kXmp.begin(), kXmp.end());
  return metadata;
}

TEST(Metadata, PngJpegAndWebpKeepAll) {
  Image picture = gradient_picture(16, 16, 3);
  picture.metadata = some_metadata();
  for (const char* extension : {".png", ".jpg", ".webp"}) {
    ASSERT_TRUE(unkept(picture, extension).empty()) << extension;
    const Bytes file = encode_image(picture, extension);
    const Metadata read = decode_image(file, extension).metadata;
    EXPECT_EQ(read.icc, picture.metadata.icc) << extension;
    EXPECT_EQ(read.exif, picture.metadata.exif) << extension;
    EXPECT_EQ(read.xmp, picture.metadata.xmp) << extension;
    ReadOptions bare;
    bare.keep_metadata = false;
    const Metadata none = decode_image(file, extension, bare).metadata;
    EXPECT_TRUE(none.icc.empty() && none.exif.empty() && none.xmp.empty()) << extension;
  }
}

TEST(Metadata, UnkeptNamesWhatIsLost) {
  Image picture = gradient_picture(16, 16, 3);
  picture.metadata = some_metadata();
  EXPECT_EQ(unkept(picture, ".bmp"), (std::vector<std::string>{"ICC profile", "EXIF", "XMP"}));
  picture.metadata.exif.resize(70000);
  EXPECT_EQ(unkept(picture, ".jpg"), (std::vector<std::string>{"EXIF"}));
  EXPECT_TRUE(decode_image(encode_image(picture, ".jpg"), "x").metadata.exif.empty());
  picture.metadata.icc = icc_profile("GRAY");
  EXPECT_EQ(unkept(picture, ".png"), (std::vector<std::string>{"ICC profile"}));
  EXPECT_EQ(decode_image(encode_png(picture), "x").samples, picture.samples);
}

TEST(Metadata, WebpIsRead) {
  const Bytes plain = encode_webp(gradient_picture(16, 16, 3), 80);
  // Extended container: VP8X with the three flags, the picture's own chunk, then EXIF (odd length:
  // padded) and XMP.
  Bytes file(plain.begin(), plain.begin() + 12);
  const auto add_chunk = [&file](const std::string& name, const Bytes& payload) {
    file.insert(file.end(), name.begin(), name.end());
    for (int shift = 0; shift < 32; shift += 8)
      file.push_back(static_cast<std::uint8_t>(payload.size() >> shift));
    file.insert(file.end(), payload.begin(), payload.end());
    if (payload.size() % 2 == 1) file.push_back(0);
  };
  Bytes exif = exif_with_orientation(6);
  exif.push_back(0);
  add_chunk("VP8X", {0x2C, 0, 0, 0, 15, 0, 0, 15, 0, 0});
  add_chunk("ICCP", icc_profile("RGB "));
  file.insert(file.end(), plain.begin() + 12, plain.end());
  add_chunk("EXIF", exif);
  add_chunk("XMP ", Bytes(kXmp.begin(), kXmp.end()));
  const std::size_t size = file.size() - 8;
  for (int i = 0; i < 4; ++i)
    file[4 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(size >> (8 * i));
  const Image picture = decode_image(file, "webp");
  EXPECT_EQ(picture.width, 16);
  EXPECT_EQ(picture.metadata.icc, icc_profile("RGB "));
  EXPECT_EQ(picture.metadata.xmp, Bytes(kXmp.begin(), kXmp.end()));
  ASSERT_EQ(picture.metadata.exif.size(), exif.size());
  EXPECT_EQ(picture.metadata.exif[18], 1);
}

/// Source: EXIF 2.32, tag 274. The stored picture is A B C / D E F; each row: how a viewer shows
/// it.
TEST(Orientation, AllEightAreApplied) {
  struct Case {
    int width;
    std::string shown;
  };
  const Case cases[] = {{3, "ABCDEF"}, {3, "CBAFED"}, {3, "FEDCBA"}, {3, "DEFABC"},
                        {2, "ADBECF"}, {2, "DAEBFC"}, {2, "FCEBDA"}, {2, "CFBEAD"}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Image picture;
    picture.width = 3;
    picture.height = 2;
    picture.channels = 1;
    picture.samples = {'A', 'B', 'C', 'D', 'E', 'F'};
    picture.metadata.exif = exif_with_orientation(orientation);
    const Image read = decode_image(encode_png(picture), "x");
    const Case& expected = cases[orientation - 1];
    EXPECT_EQ(read.width, expected.width) << orientation;
    EXPECT_EQ(std::string(read.samples.begin(), read.samples.end()), expected.shown) << orientation;
    EXPECT_EQ(read.metadata.exif, exif_with_orientation(1)) << orientation;
  }
}

TEST(Orientation, BrokenExifIsIgnored) {
  Image picture = gradient_picture(5, 3, 3);
  const Bytes whole = exif_with_orientation(6);
  for (std::size_t size = 1; size < 22; ++size) {
    picture.metadata.exif.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(decode_image(encode_jpeg(picture, 90), "x").width, 5) << size;
  }
  picture.metadata.exif = whole;
  picture.metadata.exif[18] = 9;
  EXPECT_EQ(decode_image(encode_jpeg(picture, 90), "x").width, 5);
  picture.metadata.exif = Bytes(40, 0xFF);
  picture.metadata.exif[0] = 'M';
  EXPECT_EQ(decode_image(encode_jpeg(picture, 90), "x").width, 5);
}

TEST(Orientation, BigEndianExifWorks) {
  Image picture = gradient_picture(5, 3, 3);
  picture.metadata.exif = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0,
                           3,   0,   0, 0,  1, 0, 8, 0, 0, 0, 0,    0,    0};
  const Image read = decode_image(encode_jpeg(picture, 90), "x");
  EXPECT_EQ(read.width, 3);
  EXPECT_EQ(read.metadata.exif[19], 1);
}

}  // namespace
}  // namespace imgcnn::image
