// PBM, PGM, PPM and PAM files, plain and raw, drawn byte by byte: maxima, header ends, tuple types,
// damage.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/image/image_io.h"
#include "reader_checks.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

using Samples = std::vector<std::uint16_t>;
using Phrases = std::vector<std::string>;

const char* const kMorePictures = "further pictures cannot be kept";

/// A header and the bytes of its raster.
Bytes file_of(const std::string& header, const Bytes& raster = {}) {
  Bytes file(header.begin(), header.end());
  file.insert(file.end(), raster.begin(), raster.end());
  return file;
}

/// Samples of two bytes, the most significant first.
Bytes deep(const Samples& samples) {
  Bytes bytes;
  for (const std::uint16_t sample : samples) {
    bytes.push_back(static_cast<std::uint8_t>(sample >> 8));
    bytes.push_back(static_cast<std::uint8_t>(sample & 0xFF));
  }
  return bytes;
}

/// The header of a PAM of 2x1 tuples; no type when it is empty.
std::string pam_header(int depth, int maximum, const std::string& type) {
  const std::string line = type.empty() ? "" : "TUPLTYPE " + type + "\n";
  return "P7\nWIDTH 2\nHEIGHT 1\nDEPTH " + std::to_string(depth) + "\nMAXVAL " +
         std::to_string(maximum) + "\n" + line + "ENDHDR\n";
}

DecodedImage decode(const Bytes& file) { return decode_with_warnings(file, "x.pnm"); }

void expect_picture(const Bytes& file, int channels, int bit_depth, const Samples& samples,
                    const Phrases& warnings = {}) {
  expect_decoded(decode(file), channels, bit_depth, samples, warnings);
}

std::string refusal_of(const Bytes& file) { return image::refusal_of(file, "x.pnm"); }
std::string refusal_of(const std::string& text) { return refusal_of(file_of(text)); }

void expect_errors_at_all_lengths(const Bytes& file) {
  image::expect_errors_at_all_lengths(file, "x.pnm");
}

const char* const kTruncated = "x.pnm: damaged PNM: the file is truncated";
const char* const kAboveMaximum =
    "x.pnm: damaged PNM: a sample exceeds the maximum that the header states";

TEST(PnmReader, PlainBitmapsWithAndWithoutSpaces) {
  const Samples expected = {0, 255, 0, 255, 255, 0};
  expect_picture(file_of("P1\n3 2\n1 0 1\n0 0 1\n"), 1, 8, expected);
  expect_picture(file_of("P1\n3 2\n101001"), 1, 8, expected);
  expect_picture(file_of("P1 3 2 10\n10 01\n"), 1, 8, expected);
  const DecodedImage decoded = decode(file_of("P1\n3 2\n101001"));
  EXPECT_EQ(decoded.image.width, 3);
  EXPECT_EQ(decoded.image.height, 2);
  EXPECT_TRUE(decoded.image.metadata.icc.empty());
}

TEST(PnmReader, PlainGreysAreStretchedOnce) {
  Samples expected;
  std::string text = "P2\n16 1\n15\n";
  for (int i = 0; i < 16; ++i) {
    text += std::to_string(i) + " ";
    expected.push_back(static_cast<std::uint16_t>(17 * i));
  }
  expect_picture(file_of(text), 1, 8, expected);
  expect_picture(file_of("P2\n3 1\n255\n0 77 255\n"), 1, 8, {0, 77, 255});
  expect_picture(file_of("P2\n3 1\n1023\n0 512 1023\n"), 1, 16, {0, 32800, 65535});
  expect_picture(file_of("P2\n3 1\n65535\n0 256 65535\n"), 1, 16, {0, 256, 65535});
}

TEST(PnmReader, PlainColours) {
  expect_picture(file_of("P3\n2 1\n255\n1 2 3\n40 50 60\n"), 3, 8, {1, 2, 3, 40, 50, 60});
  expect_picture(file_of("P3 1 2 100 0 50 100\t1\n\n99 25"), 3, 8, {0, 128, 255, 3, 252, 64});
}

TEST(PnmReader, RowsOfRawBitmapsStartAtBytes) {
  expect_picture(file_of("P4\n3 2\n", {0xBF, 0x40}), 1, 8, {0, 255, 0, 255, 0, 255});
  expect_picture(file_of("P4\n8 1\n", {0x0F}), 1, 8, {255, 255, 255, 255, 0, 0, 0, 0});
  expect_picture(file_of("P4\n10 2\n", {0xFF, 0x40, 0x00, 0x80}), 1, 8,
                 {0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 255});
}

TEST(PnmReader, MaximaOfOneByteAreRescaledToEightBits) {
  expect_picture(file_of("P5\n4 1\n1\n", {0, 1, 1, 0}), 1, 8, {0, 255, 255, 0});
  expect_picture(file_of("P5\n4 1\n15\n", {0, 1, 8, 15}), 1, 8, {0, 17, 136, 255});
  expect_picture(file_of("P5\n5 1\n100\n", {0, 1, 50, 99, 100}), 1, 8, {0, 3, 128, 252, 255});
  expect_picture(file_of("P5\n4 1\n254\n", {0, 1, 127, 254}), 1, 8, {0, 1, 128, 255});
  expect_picture(file_of("P5\n4 1\n255\n", {0, 1, 254, 255}), 1, 8, {0, 1, 254, 255});
  expect_picture(file_of("P6\n1 2\n1\n", {0, 1, 1, 1, 0, 0}), 3, 8, {0, 255, 255, 255, 0, 0});
  expect_picture(file_of("P6\n1 1\n100\n", {1, 50, 99}), 3, 8, {3, 128, 252});
  expect_picture(file_of("P6\n2 1\n255\n", {1, 2, 3, 4, 5, 6}), 3, 8, {1, 2, 3, 4, 5, 6});
}

TEST(PnmReader, MaximaOfTwoBytesAreRescaledToSixteenBits) {
  expect_picture(file_of("P5\n4 1\n256\n", deep({0, 1, 128, 256})), 1, 16, {0, 256, 32768, 65535});
  expect_picture(file_of("P5\n4 1\n1023\n", deep({0, 1, 512, 1023})), 1, 16, {0, 64, 32800, 65535});
  expect_picture(file_of("P5\n3 1\n65535\n", deep({0, 0x1234, 65535})), 1, 16, {0, 0x1234, 65535});
  expect_picture(file_of("P6\n1 1\n256\n", deep({256, 1, 0})), 3, 16, {65535, 256, 0});
  expect_picture(file_of("P6\n1 1\n1023\n", deep({1, 512, 1022})), 3, 16, {64, 32800, 65471});
  expect_picture(file_of("P6\n1 1\n65535\n", deep({1, 0xFF00, 0x00FF})), 3, 16,
                 {1, 0xFF00, 0x00FF});
}

TEST(PnmReader, CommentsAreSkipped) {
  expect_picture(file_of("P5 # of 9 by 9\n# 7\n2#3\n 1\n#\n255\n", {1, 2}), 1, 8, {1, 2});
  expect_picture(file_of("P5#made by hand\n2 1 255\n", {1, 2}), 1, 8, {1, 2});
  expect_picture(file_of("P1\n2 1 # wide\n1 # black\n0\n"), 1, 8, {0, 255});
  expect_picture(file_of("P2\n2 1\n9 # 3\n# 4\n0 9\n"), 1, 8, {0, 255});
  expect_picture(file_of("P4\n#c\r8 1\n", {0xF0}), 1, 8, {0, 0, 0, 0, 255, 255, 255, 255});
}

TEST(PnmReader, OneWhiteSpaceEndsTheHeader) {
  // The samples are white space, or a comment's sign, themselves.
  for (const char* end : {"\n", " ", "\t", "\r"}) {
    expect_picture(file_of(std::string("P5 3 1 255") + end, {' ', '\n', '#'}), 1, 8, {32, 10, 35});
  }
  expect_picture(file_of("P5\n3 1\n255\n", {'\r', '\n', '#'}), 1, 8, {13, 10, 35});
  expect_picture(file_of("P5\n3 1\n255\r", {'\n', '\n', 7}), 1, 8, {10, 10, 7});
}

TEST(PnmReader, CarriageReturnAndLineFeedEndTheHeaderTogether) {
  expect_picture(file_of("P5\r\n2 1\r\n255\r\n", {1, 2}), 1, 8, {1, 2});
  expect_picture(file_of("P5\r\n2 1\r\n255\r\n", {'\n', '\r'}), 1, 8, {10, 13});
  expect_picture(file_of("P5\r\n2 1\r\n255\r\n", {1, 2, '\r', '\n'}), 1, 8, {1, 2});
  expect_picture(file_of("P6\r\n1 1\r\n65535\r\n", deep({1, 2, 3})), 3, 16, {1, 2, 3});
  expect_picture(file_of("P4\r\n9 1\r\n", {0xFF, 0x00}), 1, 8, {0, 0, 0, 0, 0, 0, 0, 0, 255});
  // The size of the file says it where no other line does.
  expect_picture(file_of("P5 2 1 255\r\n", {1, 2}), 1, 8, {1, 2});
  EXPECT_EQ(refusal_of(file_of("P5\r\n2 1\r\n255\r\n", {1})), kTruncated);
}

TEST(PnmReader, SamplesAboveTheMaximumAreDamage) {
  EXPECT_EQ(refusal_of("P1\n2 1\n1 2\n"), kAboveMaximum);
  EXPECT_EQ(refusal_of("P2\n2 1\n15\n3 16\n"), kAboveMaximum);
  EXPECT_EQ(refusal_of("P3\n1 1\n255\n3 4 256\n"), kAboveMaximum);
  EXPECT_EQ(refusal_of(file_of("P5\n2 1\n100\n", {100, 101})), kAboveMaximum);
  EXPECT_EQ(refusal_of(file_of("P6\n1 1\n1023\n", deep({1023, 1023, 1024}))), kAboveMaximum);
  EXPECT_EQ(refusal_of(file_of(pam_header(1, 1, "BLACKANDWHITE"), {1, 2})),
            "x.pnm: damaged PAM: a sample exceeds the maximum that the header states");
}

TEST(PnmReader, TruncationAtEveryLengthIsAnError) {
  expect_errors_at_all_lengths(file_of("P1\n3 2\n101010"));
  expect_errors_at_all_lengths(file_of("P1\n3 2\n1 0 1\n0 1 0"));
  expect_errors_at_all_lengths(file_of("P2\n2 2\n9\n1 2\n3 4"));
  expect_errors_at_all_lengths(file_of("P3\n1 2\n9\n1 2 3\n4 5 6"));
  expect_errors_at_all_lengths(file_of("P4\n10 2\n", {0xFF, 0x40, 0x00, 0x80}));
  expect_errors_at_all_lengths(file_of("P5\n3 2\n255\n", {1, 2, 3, 4, 5, 6}));
  expect_errors_at_all_lengths(file_of("P5\n3 2\n1023\n", deep({1, 2, 3, 4, 5, 6})));
  expect_errors_at_all_lengths(file_of("P6\n# comment\n1 2\n255\n", {1, 2, 3, 4, 5, 6}));
  expect_errors_at_all_lengths(file_of("P6\r\n1 2\r\n65535\r\n", deep({1, 2, 3, 4, 5, 6})));
  expect_errors_at_all_lengths(file_of(pam_header(4, 255, "RGB_ALPHA"), {1, 2, 3, 4, 5, 6, 7, 8}));
  expect_errors_at_all_lengths(
      file_of(pam_header(2, 65535, "GRAYSCALE_ALPHA"), deep({1, 2, 3, 4})));
}

TEST(PnmReader, OddHeadersAreDamage) {
  const std::string damaged = "x.pnm: damaged PNM: ";
  EXPECT_EQ(refusal_of("P5\nwide 1\n255\n"), damaged + "a number is expected");
  EXPECT_EQ(refusal_of("P5\n-2 1\n255\n"), damaged + "a number is expected");
  EXPECT_EQ(refusal_of("P5\n99999999999999999999999 1\n255\n"), damaged + "a number is too large");
  EXPECT_EQ(refusal_of("P5\n1 1\n0\n."), damaged + "the maximum of samples is not 1 to 65535");
  EXPECT_EQ(refusal_of("P5\n1 1\n65536\n.."), damaged + "the maximum of samples is not 1 to 65535");
  EXPECT_EQ(refusal_of("P5\n1 1\n255.."), damaged + "no white space behind the header");
  EXPECT_EQ(refusal_of("P1\n2 1\n1x"), damaged + "a digit is expected");
  EXPECT_EQ(refusal_of("P2\n2 1\n9\n1 -1"), damaged + "a number is expected");
  EXPECT_NE(refusal_of("P5\n0 1\n255\n.").find("no size"), std::string::npos);
  EXPECT_NE(refusal_of("P4\n1 0\n.").find("no size"), std::string::npos);
}

TEST(PnmReader, FurtherPicturesAreWarnedOf) {
  const Bytes raw = file_of("P5\n2 1\n255\n", {1, 2});
  Bytes twice = raw;
  twice.insert(twice.end(), raw.begin(), raw.end());
  expect_picture(twice, 1, 8, {1, 2}, {kMorePictures});
  Bytes apart = raw;
  apart.push_back('\n');
  apart.insert(apart.end(), raw.begin(), raw.end());
  expect_picture(apart, 1, 8, {1, 2}, {kMorePictures});
  const Bytes pam = file_of(pam_header(1, 255, "GRAYSCALE"), {3, 4});
  Bytes pams = pam;
  pams.insert(pams.end(), pam.begin(), pam.end());
  expect_picture(pams, 1, 8, {3, 4}, {kMorePictures});
  expect_picture(file_of("P2\n2 1\n255\n1 2\nP2\n2 1\n255\n3 4\n"), 1, 8, {1, 2}, {kMorePictures});
}

TEST(PnmReader, BytesBehindThePictureAreWarnedOf) {
  expect_picture(file_of("P5\n2 1\n255\n", {1, 2, '\n'}), 1, 8, {1, 2});
  expect_picture(file_of("P5\n2 1\n255\n", {1, 2, 0, 0, 0}), 1, 8, {1, 2});
  expect_picture(file_of("P5\n2 1\n255\n", {1, 2, 'e', 'n', 'd'}), 1, 8, {1, 2},
                 {"what lies behind the picture (3 bytes) cannot be kept"});
  expect_picture(file_of("P5\n2 1\n255\n", {1, 2, 'P', '5'}), 1, 8, {1, 2},
                 {"what lies behind the picture (2 bytes) cannot be kept"});
  expect_picture(file_of("P2\n2 1\n255\n1 2\n3 4\n"), 1, 8, {1, 2},
                 {"what lies behind the picture (4 bytes) cannot be kept"});
  expect_picture(file_of(pam_header(1, 255, "GRAYSCALE"), {3, 4, '\n'}), 1, 8, {3, 4});
  expect_picture(file_of(pam_header(1, 255, "GRAYSCALE"), {3, 4, 5}), 1, 8, {3, 4},
                 {"what lies behind the picture (1 bytes) cannot be kept"});
}

TEST(PamReader, AllTupleTypesAreRead) {
  // One is white here, other than in PBM.
  expect_picture(file_of(pam_header(1, 1, "BLACKANDWHITE"), {0, 1}), 1, 8, {0, 255});
  expect_picture(file_of(pam_header(2, 1, "BLACKANDWHITE_ALPHA"), {1, 0, 0, 1}), 2, 8,
                 {255, 0, 0, 255});
  expect_picture(file_of(pam_header(1, 255, "GRAYSCALE"), {7, 200}), 1, 8, {7, 200});
  expect_picture(file_of(pam_header(2, 255, "GRAYSCALE_ALPHA"), {7, 0, 200, 128}), 2, 8,
                 {7, 0, 200, 128});
  expect_picture(file_of(pam_header(3, 255, "RGB"), {1, 2, 3, 4, 5, 6}), 3, 8, {1, 2, 3, 4, 5, 6});
  expect_picture(file_of(pam_header(4, 255, "RGB_ALPHA"), {1, 2, 3, 0, 5, 6, 7, 254}), 4, 8,
                 {1, 2, 3, 0, 5, 6, 7, 254});
}

TEST(PamReader, SixteenBitsAndOtherMaxima) {
  expect_picture(
      file_of(pam_header(4, 65535, "RGB_ALPHA"), deep({1, 2, 3, 0, 0x1234, 6, 7, 0xFFFE})), 4, 16,
      {1, 2, 3, 0, 0x1234, 6, 7, 0xFFFE});
  expect_picture(file_of(pam_header(2, 1023, "GRAYSCALE_ALPHA"), deep({512, 1, 1023, 0})), 2, 16,
                 {32800, 64, 65535, 0});
  expect_picture(file_of(pam_header(4, 15, "RGB_ALPHA"), {0, 1, 2, 3, 4, 5, 6, 15}), 4, 8,
                 {0, 17, 34, 51, 68, 85, 102, 255});
}

TEST(PamReader, HeaderLinesComeInAnyOrderWithComments) {
  const std::string header =
      "P7\n# WIDTH 9\nTUPLTYPE   RGB \nMAXVAL 255\n\nDEPTH\t3\nHEIGHT  2\n#\nWIDTH 1\nENDHDR\n";
  const Bytes file = file_of(header, {1, 2, 3, 4, 5, 6});
  expect_picture(file, 3, 8, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(decode(file).image.height, 2);
  // The raster starts right behind the last line.
  expect_picture(file_of(pam_header(1, 255, "GRAYSCALE"), {'\n', '#'}), 1, 8, {10, 35});
}

TEST(PamReader, MissingTupleTypeIsReadWhereTheDepthTellsIt) {
  expect_picture(file_of(pam_header(1, 255, ""), {7, 200}), 1, 8, {7, 200});
  expect_picture(file_of(pam_header(3, 255, ""), {1, 2, 3, 4, 5, 6}), 3, 8, {1, 2, 3, 4, 5, 6});
  for (const int depth : {0, 2, 4, 5}) {
    EXPECT_EQ(
        refusal_of(file_of(pam_header(depth, 255, ""), Bytes(10, 1))),
        "x.pnm: PAM of depth " + std::to_string(depth) + " without a tuple type is not handled");
  }
}

TEST(PamReader, OtherTupleTypesAreRefusedByName) {
  const Bytes raster(8, 1);
  EXPECT_EQ(refusal_of(file_of(pam_header(4, 255, "CMYK"), raster)),
            "x.pnm: PAM of tuple type CMYK is not handled");
  EXPECT_EQ(refusal_of(file_of(pam_header(3, 255, "rgb"), raster)),
            "x.pnm: PAM of tuple type rgb is not handled");
  EXPECT_EQ(refusal_of(file_of(pam_header(3, 255, "RGB\nTUPLTYPE depth"), raster)),
            "x.pnm: PAM of tuple type RGB depth is not handled");
}

TEST(PamReader, DepthAndTupleTypeMustAgree) {
  const char* const disagree = "x.pnm: damaged PAM: depth and tuple type disagree";
  const Bytes raster(16, 1);
  EXPECT_EQ(refusal_of(file_of(pam_header(3, 255, "RGB_ALPHA"), raster)), disagree);
  EXPECT_EQ(refusal_of(file_of(pam_header(4, 255, "RGB"), raster)), disagree);
  EXPECT_EQ(refusal_of(file_of(pam_header(3, 255, "GRAYSCALE"), raster)), disagree);
  EXPECT_EQ(refusal_of(file_of(pam_header(1, 1, "BLACKANDWHITE_ALPHA"), raster)), disagree);
  EXPECT_EQ(refusal_of(file_of(pam_header(0, 255, "RGB"), raster)), disagree);
}

TEST(PamReader, IncompleteHeadersAreDamage) {
  EXPECT_EQ(refusal_of("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\n"),
            "x.pnm: damaged PAM: the header does not end");
  EXPECT_EQ(refusal_of("P7\nWIDTH\nENDHDR\n"),
            "x.pnm: damaged PAM: a line of the header has no value");
  EXPECT_EQ(refusal_of("P7\nWIDTH two\nENDHDR\n"), "x.pnm: damaged PAM: a number is expected");
  EXPECT_EQ(refusal_of("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nENDHDR\n.."),
            "x.pnm: damaged PAM: the maximum of samples is not 1 to 65535");
  EXPECT_EQ(refusal_of(file_of(pam_header(1, 65536, "GRAYSCALE"), Bytes(4, 0))),
            "x.pnm: damaged PAM: the maximum of samples is not 1 to 65535");
  EXPECT_NE(refusal_of("P7\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\n..").find("no size"),
            std::string::npos);
}

TEST(PnmReader, LimitsHold) {
  for (const Bytes& file :
       {file_of("P5\n4 3\n255\n", Bytes(12, 1)), file_of("P1\n4 3\n101010101010"),
        file_of("P7\nWIDTH 4\nHEIGHT 3\nDEPTH 1\nMAXVAL 255\nENDHDR\n", Bytes(12, 1))}) {
    const auto code_under = [&](int max_side, std::uint64_t max_pixels) {
      ReadOptions options;
      options.max_side = max_side;
      options.max_pixels = max_pixels;
      return code_of([&] { (void)decode_image(file, "x.pnm", options); });
    };
    EXPECT_EQ(code_under(4, 12), ErrorCode::kInternal);  // no error
    EXPECT_EQ(code_under(3, 12), ErrorCode::kLimitExceeded);
    EXPECT_EQ(code_under(4, 11), ErrorCode::kLimitExceeded);
  }
}

TEST(PnmReader, ShortFilesCannotClaimHugePictures) {
  const long before = peak_memory();
  for (const char* kind : {"P1", "P2", "P3", "P4", "P5", "P6"}) {
    SCOPED_TRACE(kind);
    const std::string maximum = kind[1] == '1' || kind[1] == '4' ? "\n" : "\n65535\n";
    const auto claim = [&](const char* size) {
      return file_of(std::string(kind) + "\n" + size + maximum + "1 1 1 1");
    };
    EXPECT_EQ(refusal_of(claim("16384 16384")), kTruncated);  // within the limits
    for (const char* size :
         {"16384 16385", "65536 1", "1 65536", "4294967295 4294967295", "4294967296 4294967296"}) {
      EXPECT_EQ(code_of([&] { (void)decode(claim(size)); }), ErrorCode::kLimitExceeded) << size;
    }
  }
  const auto pam = [](const char* width) {
    return file_of(std::string("P7\nWIDTH ") + width +
                   "\nHEIGHT 16384\nDEPTH 4\nMAXVAL 65535\nTUPLTYPE RGB_ALPHA\nENDHDR\n12345678");
  };
  EXPECT_EQ(refusal_of(pam("16384")), "x.pnm: damaged PAM: the file is truncated");
  EXPECT_EQ(code_of([&] { (void)decode(pam("16385")); }), ErrorCode::kLimitExceeded);
  EXPECT_LT(peak_memory() - before, kLittleMemory);
}

TEST(PnmReader, FlippedBytesGiveAPictureOrAnError) {
  const std::vector<Bytes> files = {
      file_of("P1\n3 2\n101010\n"),
      file_of("P3\n1 2\n255\n1 20 30\n4 5 255\n"),
      file_of("P4\n10 2\n", {0xFF, 0x40, 0x00, 0x80}),
      file_of("P5\r\n3 2\r\n255\r\n", {1, 2, 3, 4, 5, 6}),
      file_of("P6\n# comment\n1 2\n1023\n", deep({1, 2, 3, 4, 5, 1023})),
      file_of(pam_header(4, 255, "RGB_ALPHA"), {1, 2, 3, 4, 5, 6, 7, 8}),
  };
  for (const Bytes& file : files) {
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (int flip = 1; flip < 256; ++flip) {
        Bytes damaged = file;
        damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ flip);
        expect_picture_or_error(damaged, "x.pnm", i);
      }
    }
  }
}

}  // namespace
}  // namespace imgcnn::image
