// What cannot be kept is said.

#include <gtest/gtest.h>

#include "imgcnn/image/image_io.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

using Words = std::vector<std::string>;

void append_uint(Bytes& bytes, std::uint64_t value, int count) {
  for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// A PNG with a chunk behind its header.
Bytes png_with(const std::string& type, const std::vector<std::uint32_t>& values) {
  constexpr std::ptrdiff_t kAfterHeader = 33;
  Bytes chunk;
  append_uint(chunk, 4 * values.size(), 4);
  chunk.insert(chunk.end(), type.begin(), type.end());
  for (const std::uint32_t value : values) append_uint(chunk, value, 4);
  append_uint(chunk, 0, 4);
  Bytes png = encode_png(gradient_picture(8, 8, 3));
  png.insert(png.begin() + kAfterHeader, chunk.begin(), chunk.end());
  return png;
}

Bytes jpeg_with(std::uint64_t marker, const std::string& payload) {
  Bytes segment;
  append_uint(segment, marker, 2);
  append_uint(segment, payload.size() + 2, 2);
  segment.insert(segment.end(), payload.begin(), payload.end());
  Bytes jpeg = encode_jpeg(gradient_picture(8, 8, 3), 90);
  jpeg.insert(jpeg.begin() + 2, segment.begin(), segment.end());
  return jpeg;
}

/// A header and a directory of one short value, without pixels.
Bytes tiff_with(std::uint64_t tag, std::uint64_t value, std::uint64_t next_directory) {
  Bytes tiff = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1};
  append_uint(tiff, tag, 2);
  append_uint(tiff, 3, 2);
  append_uint(tiff, 1, 4);
  append_uint(tiff, value << 16, 4);
  append_uint(tiff, next_directory, 4);
  return tiff;
}

TEST(Undecoded, OrdinaryPicturesLoseNothing) {
  const Image picture = gradient_picture(8, 8, 3);
  for (const char* format : {".png", ".jpg", ".webp", ".tif", ".bmp", ".ppm"}) {
    EXPECT_EQ(undecoded(encode_image(picture, format)), Words{}) << format;
  }
  EXPECT_EQ(undecoded(Bytes{}), Words{});
}

TEST(Undecoded, PngSaysAnimationAndForeignColours) {
  EXPECT_EQ(undecoded(png_with("acTL", {3, 0})), Words{"animation frames"});
  EXPECT_EQ(undecoded(png_with("gAMA", {100000})), Words{"gamma and primaries"});
  EXPECT_EQ(undecoded(png_with("gAMA", {45455})), Words{});
  EXPECT_EQ(undecoded(png_with("cHRM", {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000})), Words{});
  EXPECT_EQ(undecoded(png_with("cHRM", {31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000})),
            Words{"gamma and primaries"});
  EXPECT_EQ(undecoded(png_with("cICP", {0x0C0D0001})), Words{"colour description (cICP)"});
  ReadOptions stripped;
  stripped.keep_metadata = false;
  EXPECT_EQ(undecoded(png_with("gAMA", {100000}), stripped), Words{});
}

TEST(Undecoded, JpegSaysFurtherPicturesAndIptc) {
  EXPECT_EQ(undecoded(jpeg_with(0xFFE2, "MPF")), Words{"further pictures (MPF)"});
  EXPECT_EQ(undecoded(jpeg_with(0xFFED, "Photoshop 3.0")), Words{"IPTC"});
  EXPECT_EQ(undecoded(jpeg_with(0xFFE1, "http://ns.adobe.com/xmp/extension/")), Words{"extended XMP"});
}

TEST(Undecoded, TiffSaysPagesAndExif) {
  EXPECT_EQ(undecoded(tiff_with(256, 8, 0)), Words{});
  EXPECT_EQ(undecoded(tiff_with(256, 8, 100)), Words{"further pages"});
  EXPECT_EQ(undecoded(tiff_with(34665, 100, 0)), Words{"EXIF"});
}

TEST(Undecoded, DamagedFilesAreReadWithinTheirEnds) {
  for (Bytes bytes : {png_with("acTL", {3, 0}), jpeg_with(0xFFED, "Photoshop 3.0"), tiff_with(34665, 100, 100)}) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      Bytes altered = bytes;
      altered[i] ^= 0xFF;
      static_cast<void>(undecoded(altered));
      static_cast<void>(undecoded(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(i))));
    }
  }
}

TEST(Undecoded, ColoursThatAreNotRgbAreRefused) {
  constexpr std::uint64_t kPhotometric = 262;
  Bytes tiff = encode_image(gradient_picture(8, 8, 3), ".tif");
  ASSERT_NO_THROW((void)decode_image(tiff, "rgb.tif"));
  // Little-endian, as OpenCV writes on this machine's kind: tag, type short, count 1, value.
  const Bytes rgb_entry = {kPhotometric & 0xFF, kPhotometric >> 8, 3, 0, 1, 0, 0, 0, 2, 0};
  const auto found = std::search(tiff.begin(), tiff.end(), rgb_entry.begin(), rgb_entry.end());
  ASSERT_NE(found, tiff.end());
  for (const std::uint8_t foreign : {5, 8}) {
    found[8] = foreign;
    EXPECT_THROW((void)decode_image(tiff, "foreign.tif"), Error);
  }
}

}  // namespace
}  // namespace imgcnn::image
