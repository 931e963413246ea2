// BMP files of all generations, drawn byte by byte: headers, depths, masks, run lengths, profiles,
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

constexpr std::size_t kFileHeader = 14;
constexpr std::uint32_t kSrgb = 0x73524742;
constexpr std::uint32_t kCalibrated = 0;
constexpr std::uint32_t kEmbedded = 0x4D424544;
constexpr std::uint32_t kLinked = 0x4C494E4B;

constexpr unsigned kRle8 = 1;
constexpr unsigned kRle4 = 2;
constexpr unsigned kBitFields = 3;
constexpr unsigned kAlphaBitFields = 6;

const char* const kLeftOut = "pixels that the file leaves out have the first colour of the palette";
const char* const kShortPalette = "colours that the palette lacks are black";
const char* const kUnusedBits =
    "what the unused bits of the pixels hold (alpha, perhaps) cannot be kept";
const char* const kEmptyAlpha = "alpha that is 0 everywhere is left out";

/// Writes `count` bytes of `value`, the least significant first.
void put(Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

void append(Bytes& bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

Bytes joined(Bytes first, const Bytes& second) {
  append(first, second);
  return first;
}

/// What a file is drawn from. Masks stand in headers of 52 bytes and more, else behind them.
struct Bmp {
  std::size_t header = 40;
  int width = 1;
  int height = 1;
  unsigned bits = 24;
  unsigned compression = 0;
  unsigned colours_used = 0;
  std::vector<std::uint32_t> masks;
  Bytes palette;
  Bytes pixels;
  std::uint32_t colour_space = kSrgb;
  Bytes profile;  ///< behind the pixels
};

Bytes file_of(const Bmp& bmp) {
  Bytes info(bmp.header);
  const auto field = [&info](std::size_t at, std::uint64_t value, std::size_t count) {
    if (at + count <= info.size()) put(info, at, value, count);
  };
  field(0, bmp.header, 4);
  if (bmp.header == 12) {
    field(4, static_cast<std::uint64_t>(bmp.width), 2);
    field(6, static_cast<std::uint64_t>(bmp.height), 2);
    field(8, 1, 2);
    field(10, bmp.bits, 2);
  } else {
    field(4, static_cast<std::uint64_t>(bmp.width), 4);
    field(8, static_cast<std::uint64_t>(bmp.height), 4);
    field(12, 1, 2);
    field(14, bmp.bits, 2);
    field(16, bmp.compression, 4);
    field(32, bmp.colours_used, 4);
  }
  Bytes behind;
  for (std::size_t i = 0; i < bmp.masks.size(); ++i) {
    if (bmp.header >= 52) {
      field(40 + 4 * i, bmp.masks[i], 4);
    } else {
      behind.resize(behind.size() + 4);
      put(behind, 4 * i, bmp.masks[i], 4);
    }
  }
  append(behind, bmp.palette);
  if (bmp.header >= 108) field(56, bmp.colour_space, 4);
  field(112, bmp.header + behind.size() + bmp.pixels.size(), 4);
  field(116, bmp.profile.size(), 4);

  Bytes file(kFileHeader);
  file[0] = 'B';
  file[1] = 'M';
  put(file, 10, kFileHeader + bmp.header + behind.size(), 4);
  append(file, info);
  append(file, behind);
  append(file, bmp.pixels);
  append(file, bmp.profile);
  put(file, 2, file.size(), 4);
  return file;
}

DecodedImage decode(const Bytes& file) { return decode_with_warnings(file, "x.bmp"); }
DecodedImage decode(const Bmp& bmp) { return decode(file_of(bmp)); }

void expect_picture(const DecodedImage& decoded, int channels, int bit_depth,
                    const Samples& samples, const Phrases& warnings = {}) {
  expect_decoded(decoded, channels, bit_depth, samples, warnings);
}

std::string refusal_of(const Bytes& file) { return image::refusal_of(file, "x.bmp"); }
std::string refusal_of(const Bmp& bmp) { return refusal_of(file_of(bmp)); }

void expect_errors_at_all_lengths(const Bytes& file) {
  image::expect_errors_at_all_lengths(file, "x.bmp");
}

/// Pixels of 32 bits in the order of the file.
Bytes words(const std::vector<std::uint32_t>& values) {
  Bytes bytes(4 * values.size());
  for (std::size_t i = 0; i < values.size(); ++i) put(bytes, 4 * i, values[i], 4);
  return bytes;
}

/// Black, red, green and blue, as entries of four bytes.
const Bytes kFourColours = {0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0};

/// Indexes into `kFourColours` as samples.
Samples four_colours(const std::vector<int>& indexes) {
  Samples samples;
  for (const int index : indexes) {
    for (int c = 1; c <= 3; ++c) samples.push_back(index == c ? 255 : 0);
  }
  return samples;
}

Bmp run_lengths(unsigned bits, int width, int height, const Bytes& codes) {
  Bmp bmp;
  bmp.bits = bits;
  bmp.compression = bits == 8 ? kRle8 : kRle4;
  bmp.width = width;
  bmp.height = height;
  bmp.colours_used = 4;
  bmp.palette = kFourColours;
  bmp.pixels = codes;
  return bmp;
}

/// Two pixels of 24 bits behind a header of version 4 or 5.
Bmp with_colour_space(std::size_t header, std::uint32_t colour_space) {
  Bmp bmp;
  bmp.header = header;
  bmp.width = 2;
  bmp.colour_space = colour_space;
  bmp.pixels = {1, 2, 3, 4, 5, 6, 0, 0};
  return bmp;
}
const Samples kTwoPixels = {3, 2, 1, 6, 5, 4};

/// States the primaries as XYZ in 2.30 fixed point and one gamma in 16.16.
void put_primaries(Bytes& file, const std::vector<double>& xyz, double gamma) {
  for (std::size_t i = 0; i < 9; ++i) {
    put(file, kFileHeader + 60 + 4 * i, static_cast<std::uint64_t>(xyz[i] * (1 << 30)), 4);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    put(file, kFileHeader + 96 + 4 * i, static_cast<std::uint64_t>(gamma * 65536), 4);
  }
}
// Sources: IEC 61966-2-1 and Adobe RGB (1998).
const std::vector<double> kSrgbPrimaries = {0.4124, 0.2126, 0.0193, 0.3576, 0.7152,
                                            0.1192, 0.1805, 0.0722, 0.9505};
const std::vector<double> kAdobePrimaries = {0.5767, 0.2973, 0.0270, 0.1856, 0.6274,
                                             0.0707, 0.1882, 0.0753, 0.9911};

TEST(BmpReader, CoreHeaderOf24BitsIsBottomUpAndPadded) {
  Bmp bmp;
  bmp.header = 12;
  bmp.width = 3;
  bmp.height = 2;
  bmp.pixels = {1,  2,  3,  4,  5,  6,  7,  8,  9,  0,    0,    0,
                11, 12, 13, 14, 15, 16, 17, 18, 19, 0xAA, 0xBB, 0xCC};
  const DecodedImage decoded = decode(bmp);
  EXPECT_EQ(decoded.image.width, 3);
  EXPECT_EQ(decoded.image.height, 2);
  expect_picture(decoded, 3, 8, {13, 12, 11, 16, 15, 14, 19, 18, 17, 3, 2, 1, 6, 5, 4, 9, 8, 7});
}

TEST(BmpReader, CoreHeaderHasPaletteEntriesOfThreeBytes) {
  Bmp bmp;
  bmp.header = 12;
  bmp.width = 2;
  bmp.height = 2;
  bmp.bits = 8;
  for (unsigned i = 0; i < 256; ++i) {
    append(bmp.palette, {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(255 - i),
                         static_cast<std::uint8_t>(i / 2)});
  }
  bmp.pixels = {0, 255, 0, 0, 7, 128, 0, 0};
  expect_picture(decode(bmp), 3, 8, {3, 248, 7, 64, 127, 128, 0, 255, 0, 127, 0, 255});
}

TEST(BmpReader, CoreHeaderOf1BitHasTwoColours) {
  Bmp bmp;
  bmp.header = 12;
  bmp.width = 3;
  bmp.bits = 1;
  bmp.palette = {1, 2, 3, 4, 5, 6};
  bmp.pixels = {0x40, 0, 0, 0};
  expect_picture(decode(bmp), 3, 8, {3, 2, 1, 6, 5, 4, 3, 2, 1});
}

TEST(BmpReader, Os2Version2HeadersAreReadWhateverTheirLength) {
  for (const std::size_t header : {16, 24, 42, 64}) {
    SCOPED_TRACE(header);
    Bmp bmp;
    bmp.header = header;
    bmp.width = 2;
    bmp.pixels = {1, 2, 3, 4, 5, 6, 0, 0};
    expect_picture(decode(bmp), 3, 8, kTwoPixels);
  }
}

TEST(BmpReader, Os2Version2HeaderOf64BytesHasEntriesOfFourBytesAndRuns) {
  Bmp bmp = run_lengths(8, 3, 1, {2, 1, 1, 3, 0, 1});
  bmp.header = 64;
  expect_picture(decode(bmp), 3, 8, four_colours({1, 1, 3}));
}

TEST(BmpReader, PalettesOfColoursBecomeRgb) {
  Bmp bmp;
  bmp.width = 10;
  bmp.bits = 1;
  bmp.palette = {10, 20, 30, 0, 40, 50, 60, 0};
  bmp.pixels = {0xA5, 0x40, 0, 0};
  Samples expected;
  for (const int index : {1, 0, 1, 0, 0, 1, 0, 1, 0, 1}) {
    for (const int value : {30, 20, 10})
      expected.push_back(static_cast<std::uint16_t>(value + 30 * index));
  }
  expect_picture(decode(bmp), 3, 8, expected);

  bmp.width = 3;
  bmp.bits = 4;
  bmp.colours_used = 4;
  bmp.palette = kFourColours;
  bmp.pixels = {0x12, 0x3F, 0, 0};  // the last half byte is padding
  expect_picture(decode(bmp), 3, 8, four_colours({1, 2, 3}));

  bmp.width = 5;
  bmp.bits = 2;
  bmp.pixels = {0x1B, 0x80, 0, 0};
  expect_picture(decode(bmp), 3, 8, four_colours({0, 1, 2, 3, 2}));

  bmp.width = 5;
  bmp.height = 2;
  bmp.bits = 8;
  bmp.pixels = {0, 1, 2, 3, 0, 9, 9, 9, 3, 3, 2, 1, 1, 9, 9, 9};
  expect_picture(decode(bmp), 3, 8, four_colours({3, 3, 2, 1, 1, 0, 1, 2, 3, 0}));
}

TEST(BmpReader, PalettesOfGreysBecomeGrey) {
  Bmp bmp;
  bmp.width = 4;
  bmp.bits = 1;
  bmp.palette = {255, 255, 255, 0, 0, 0, 0, 0};  // black is 1
  bmp.pixels = {0x60, 0, 0, 0};
  expect_picture(decode(bmp), 1, 8, {255, 0, 0, 255});

  bmp.bits = 4;
  bmp.palette.clear();
  for (unsigned i = 0; i < 16; ++i)
    bmp.palette.insert(bmp.palette.end(), 4, static_cast<std::uint8_t>(17 * i));
  bmp.pixels = {0x0F, 0x81, 0, 0};
  expect_picture(decode(bmp), 1, 8, {0, 255, 136, 17});

  bmp.width = 3;
  bmp.bits = 8;
  bmp.colours_used = 3;
  bmp.palette = {200, 200, 200, 0, 7, 7, 7, 0, 90, 90, 90, 0};
  bmp.pixels = {2, 0, 1, 0};
  expect_picture(decode(bmp), 1, 8, {90, 200, 7});
}

TEST(BmpReader, PositionOfPixelsMayBeLeftOut) {
  Bmp bmp;
  bmp.width = 4;
  bmp.bits = 8;
  bmp.colours_used = 4;
  bmp.palette = kFourColours;
  bmp.pixels = {0, 1, 2, 3};
  Bytes file = file_of(bmp);
  put(file, 10, 0, 4);
  expect_picture(decode(file), 3, 8, four_colours({0, 1, 2, 3}));

  Bmp masked;
  masked.width = 2;
  masked.bits = 32;
  masked.compression = kBitFields;
  masked.masks = {0x000000FF, 0x0000FF00, 0x00FF0000};
  masked.pixels = words({0x00030201, 0x00060504});
  file = file_of(masked);
  put(file, 10, 0, 4);
  expect_picture(decode(file), 3, 8, {1, 2, 3, 4, 5, 6});
}

TEST(BmpReader, PixelsMayStandApartFromTheHeader) {
  Bmp bmp;
  bmp.width = 2;
  bmp.pixels = {0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4, 5, 6, 0, 0};
  Bytes file = file_of(bmp);
  put(file, 10, kFileHeader + 40 + 4, 4);
  expect_picture(decode(file), 3, 8, kTwoPixels);
}

TEST(BmpReader, ShortPalettesGiveBlackAndAWarning) {
  Bmp bmp;
  bmp.width = 4;
  bmp.bits = 8;
  bmp.colours_used = 2;
  bmp.palette = {10, 20, 30, 0, 40, 50, 60, 0};
  bmp.pixels = {0, 1, 2, 255};
  expect_picture(decode(bmp), 3, 8, {30, 20, 10, 60, 50, 40, 0, 0, 0, 0, 0, 0}, {kShortPalette});
  bmp.pixels = {0, 1, 2, 2};  // the first that is not there
  expect_picture(decode(bmp), 3, 8, {30, 20, 10, 60, 50, 40, 0, 0, 0, 0, 0, 0}, {kShortPalette});
  bmp.colours_used = 0;  // 256 by the header, two in the file
  expect_picture(decode(bmp), 3, 8, {30, 20, 10, 60, 50, 40, 0, 0, 0, 0, 0, 0}, {kShortPalette});
  bmp.pixels = {0, 1, 1, 0};
  expect_picture(decode(bmp), 3, 8, {30, 20, 10, 60, 50, 40, 60, 50, 40, 30, 20, 10});
}

TEST(BmpReader, SixteenBitsAreFiveEachByDefault) {
  Bmp bmp;
  bmp.width = 3;
  bmp.height = 2;
  bmp.bits = 16;
  // Bottom row: red, green, blue. Top row: 16, 1 and 30 of 31; white with the unused bit set;
  // black.
  bmp.pixels = {0x00, 0x7C, 0xE0, 0x03, 0x1F, 0x00, 0, 0, 0x3E, 0x40, 0xFF, 0xFF, 0x00, 0x00, 0, 0};
  const Samples expected = {132, 8, 247, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255};
  expect_picture(decode(bmp), 3, 8, expected, {kUnusedBits});
  bmp.pixels[11] = 0x7F;
  expect_picture(decode(bmp), 3, 8, expected);
}

TEST(BmpReader, RunsThatJumpNowhereLeaveNothingOutAndWhatFollowsThemIsSaid) {
  Bmp bmp = run_lengths(8, 2, 1, {1, 1, 0, 2, 0, 0, 1, 2, 0, 0, 0, 1});
  EXPECT_EQ(decode(bmp).warnings, Phrases{});
  bmp.pixels.insert(bmp.pixels.end(), {9, 8, 7});
  EXPECT_EQ(decode(bmp).warnings, Phrases{"what lies behind the picture (3 bytes) cannot be kept"});
}

TEST(BmpReader, SixteenBitsObeyMasks) {
  Bmp bmp;
  bmp.width = 4;
  bmp.bits = 16;
  bmp.compression = kBitFields;
  bmp.masks = {0xF800, 0x07E0, 0x001F};
  bmp.pixels = {0x00, 0xF8, 0xE0, 0x07, 0x1F, 0x00, 0x10, 0x84};  // the last: 16, 32 and 16
  expect_picture(decode(bmp), 3, 8, {255, 0, 0, 0, 255, 0, 0, 0, 255, 132, 130, 132});
  bmp.header = 52;
  expect_picture(decode(bmp), 3, 8, {255, 0, 0, 0, 255, 0, 0, 0, 255, 132, 130, 132});

  bmp.header = 56;  // 4 bits each with alpha
  bmp.width = 2;
  bmp.masks = {0x0F00, 0x00F0, 0x000F, 0xF000};
  bmp.pixels = {0x23, 0xF1, 0x0F, 0x08};
  expect_picture(decode(bmp), 4, 8, {17, 34, 51, 255, 136, 0, 255, 0});
}

TEST(BmpReader, RowsOf24BitsArePaddedWhateverTheWidth) {
  for (int width = 1; width <= 8; ++width) {
    for (const bool top_down : {false, true}) {
      SCOPED_TRACE(width);
      const Image picture = noise_picture(width, 3, 3, 8);
      Bmp bmp;
      bmp.width = width;
      bmp.height = top_down ? -3 : 3;
      for (int row = 0; row < 3; ++row) {
        const int y = top_down ? row : 2 - row;
        for (int x = 0; x < width; ++x) {
          const std::uint16_t* const rgb =
              &picture.samples[static_cast<std::size_t>((y * width + x) * 3)];
          for (const int c : {2, 1, 0}) bmp.pixels.push_back(static_cast<std::uint8_t>(rgb[c]));
        }
        while (bmp.pixels.size() % 4 != 0) bmp.pixels.push_back(0xEE);
      }
      const DecodedImage decoded = decode(bmp);
      EXPECT_EQ(decoded.image.height, 3);
      expect_picture(decoded, 3, 8, picture.samples);
    }
  }
}

TEST(BmpReader, PaddingOfTheLastRowMayBeAbsent) {
  Bmp bmp;
  bmp.width = 1;
  bmp.height = 2;
  bmp.pixels = {1, 2, 3, 0, 4, 5, 6};
  expect_picture(decode(bmp), 3, 8, {6, 5, 4, 3, 2, 1});
}

TEST(BmpReader, TopDownHoldsForPalettesToo) {
  Bmp bmp;
  bmp.width = 4;
  bmp.height = -2;
  bmp.bits = 8;
  bmp.colours_used = 4;
  bmp.palette = kFourColours;
  bmp.pixels = {0, 1, 2, 3, 3, 3, 1, 1};
  expect_picture(decode(bmp), 3, 8, four_colours({0, 1, 2, 3, 3, 3, 1, 1}));
}

TEST(BmpReader, FourthByteThatIsConstantIsNothing) {
  Bmp bmp;
  bmp.width = 2;
  bmp.bits = 32;
  bmp.pixels = words({0x00030201, 0x00060504});
  expect_picture(decode(bmp), 3, 8, kTwoPixels);
  bmp.pixels = words({0xFF030201, 0xFF060504});
  expect_picture(decode(bmp), 3, 8, kTwoPixels);
}

TEST(BmpReader, FourthByteThatVariesIsNoAlphaButWarnedOf) {
  Bmp bmp;
  bmp.width = 2;
  bmp.bits = 32;
  bmp.pixels = words({0xFF030201, 0x00060504});
  expect_picture(decode(bmp), 3, 8, kTwoPixels, {kUnusedBits});
  bmp.pixels = words({0x80030201, 0x80060504});
  expect_picture(decode(bmp), 3, 8, kTwoPixels, {kUnusedBits});
  // Masks in the header do not count without their coding.
  bmp.header = 124;
  bmp.masks = {0xFF, 0xFF00, 0xFF0000, 0xFF000000};
  expect_picture(decode(bmp), 3, 8, kTwoPixels, {kUnusedBits});
}

TEST(BmpReader, MasksBehindAHeaderOf40BytesAreObeyed) {
  Bmp bmp;
  bmp.width = 2;
  bmp.bits = 32;
  bmp.compression = kBitFields;
  bmp.masks = {0x000000FF, 0x00FF0000, 0x0000FF00};
  bmp.pixels = words({0x00112233, 0x00445566});
  expect_picture(decode(bmp), 3, 8, {0x33, 0x11, 0x22, 0x66, 0x44, 0x55});
  bmp.pixels = words({0xFF112233, 0xFF445566});
  expect_picture(decode(bmp), 3, 8, {0x33, 0x11, 0x22, 0x66, 0x44, 0x55});
  bmp.pixels = words({0xFF112233, 0x7F445566});
  expect_picture(decode(bmp), 3, 8, {0x33, 0x11, 0x22, 0x66, 0x44, 0x55}, {kUnusedBits});
  bmp.masks = {0xFF000000, 0x00FF0000, 0x0000FF00};  // the lowest byte is unused
  bmp.pixels = words({0x11223300, 0x44556600});
  expect_picture(decode(bmp), 3, 8, {0x11, 0x22, 0x33, 0x44, 0x55, 0x66});
}

TEST(BmpReader, FourMasksBehindAHeaderOf40BytesGiveAlpha) {
  Bmp bmp;
  bmp.width = 2;
  bmp.bits = 32;
  bmp.compression = kAlphaBitFields;
  bmp.masks = {0x000000FF, 0x0000FF00, 0x00FF0000, 0xFF000000};
  bmp.pixels = words({0x80030201, 0x00060504});
  expect_picture(decode(bmp), 4, 8, {1, 2, 3, 128, 4, 5, 6, 0});
}

TEST(BmpReader, AlphaThatAMaskNamesIsKept) {
  for (const std::size_t header : {56, 108, 124}) {
    SCOPED_TRACE(header);
    Bmp bmp;
    bmp.header = header;
    bmp.width = 2;
    bmp.height = 2;
    bmp.bits = 32;
    bmp.compression = kBitFields;
    bmp.masks = {0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000};
    bmp.pixels = words({0x01030201, 0xFE060504, 0x00090807, 0xFF0C0B0A});
    expect_picture(decode(bmp), 4, 8, {9, 8, 7, 0, 12, 11, 10, 255, 3, 2, 1, 1, 6, 5, 4, 254});
    bmp.pixels = words({0xFF030201, 0xFF060504, 0xFF090807, 0xFF0C0B0A});
    expect_picture(decode(bmp), 4, 8, {9, 8, 7, 255, 12, 11, 10, 255, 3, 2, 1, 255, 6, 5, 4, 255});
    bmp.pixels = words({0x00030201, 0x00060504, 0x00090807, 0x000C0B0A});
    expect_picture(decode(bmp), 3, 8, {9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4}, {kEmptyAlpha});
  }
}

TEST(BmpReader, TenBitsASampleGiveSixteen) {
  Bmp bmp;
  bmp.width = 2;
  bmp.bits = 32;
  bmp.compression = kBitFields;
  bmp.masks = {0x3FF00000, 0x000FFC00, 0x000003FF};
  bmp.pixels = words({0x3FF00000 | 512U << 10 | 1U, 1023U << 10 | 1022U});
  expect_picture(decode(bmp), 3, 16, {65535, 32800, 64, 0, 65535, 65471});
  bmp.header = 108;
  bmp.masks.push_back(0xC0000000);
  bmp.pixels = words({1U << 30 | 1023U << 20, 3U << 30 | 1023U});
  expect_picture(decode(bmp), 4, 16, {65535, 0, 0, 21845, 0, 0, 65535, 65535});
}

TEST(BmpReader, RunsOf8BitsAndLiterals) {
  const Bytes codes = {5, 1, 0, 0,  // a run, the row's end
                                    // Three literals and their padding, a run
                       0, 3, 2, 3, 0, 0, 2, 1, 0, 0, 2, 2, 0, 3, 1, 2, 3, 0, 0, 0, 0,
                       1};  // a run, literals, the ends
  const Samples expected = four_colours({2, 2, 1, 2, 3, 2, 3, 0, 1, 1, 1, 1, 1, 1, 1});
  Bmp bmp = run_lengths(8, 5, 3, codes);
  expect_picture(decode(bmp), 3, 8, expected);
  bmp.header = 124;
  expect_picture(decode(bmp), 3, 8, expected);
}

TEST(BmpReader, LiteralsOfEvenCountHaveNoPadding) {
  const Bytes codes = {0, 4, 0, 1, 2, 3, 0, 0, 4, 2, 0, 1};
  expect_picture(decode(run_lengths(8, 4, 2, codes)), 3, 8, four_colours({2, 2, 2, 2, 0, 1, 2, 3}));
}

TEST(BmpReader, RunsOf4BitsAlternate) {
  const Bytes codes = {5, 0x12, 0,    0,                     // 1 2 1 2 1
                       0, 5,    0x12, 0x30, 0x10, 0, 0, 0,   // five literals in three bytes, padded
                       0, 3,    0x32, 0x10, 2,    0, 0, 1};  // three literals in two bytes, a run
  expect_picture(decode(run_lengths(4, 5, 3, codes)), 3, 8,
                 four_colours({3, 2, 1, 0, 0, 1, 2, 3, 0, 1, 1, 2, 1, 2, 1}));
}

TEST(BmpReader, PixelsLeftOutOfRunsAreWarnedOf) {
  // A pixel, a jump by one to the right and one up, a pixel.
  expect_picture(decode(run_lengths(8, 4, 3, {1, 1, 0, 2, 1, 1, 1, 2, 0, 1})), 3, 8,
                 four_colours({0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0}), {kLeftOut});
  expect_picture(decode(run_lengths(4, 4, 2, {1, 0x10, 0, 2, 1, 1, 2, 0x23, 0, 1})), 3, 8,
                 four_colours({0, 0, 2, 3, 1, 0, 0, 0}), {kLeftOut});
  // A row that ends early, and a bitmap that does.
  expect_picture(decode(run_lengths(8, 3, 2, {1, 1, 0, 0, 3, 2, 0, 1})), 3, 8,
                 four_colours({2, 2, 2, 1, 0, 0}), {kLeftOut});
  expect_picture(decode(run_lengths(8, 2, 2, {0, 1})), 3, 8, four_colours({0, 0, 0, 0}),
                 {kLeftOut});
}

TEST(BmpReader, RunsThatLeaveThePictureAreDamage) {
  const char* const leaves = "damaged BMP: a run leaves its row";
  EXPECT_NE(refusal_of(run_lengths(8, 4, 1, {5, 1, 0, 1})).find(leaves), std::string::npos);
  EXPECT_NE(refusal_of(run_lengths(8, 4, 2, {3, 1, 0, 3, 1, 1, 1, 0, 0, 1})).find(leaves),
            std::string::npos);
  EXPECT_NE(refusal_of(run_lengths(4, 4, 2, {5, 0x12, 0, 1})).find(leaves), std::string::npos);
  const char* const jumps = "damaged BMP: a jump leaves the picture";
  EXPECT_NE(refusal_of(run_lengths(8, 4, 2, {0, 2, 5, 0, 0, 1})).find(jumps), std::string::npos);
  EXPECT_NE(refusal_of(run_lengths(8, 4, 2, {0, 2, 0, 3, 0, 1})).find(jumps), std::string::npos);
}

TEST(BmpReader, RunsOfOtherDepthsAreDamage) {
  Bmp bmp = run_lengths(8, 4, 1, {4, 1, 0, 1});
  bmp.bits = 4;
  EXPECT_NE(refusal_of(bmp).find("runs do not go with such pixels"), std::string::npos);
  bmp.bits = 24;
  EXPECT_NE(refusal_of(bmp).find("runs do not go with such pixels"), std::string::npos);
}

TEST(BmpReader, EmbeddedProfileIsKept) {
  Bmp bmp = with_colour_space(124, kEmbedded);
  bmp.profile = icc_profile("RGB ");
  const DecodedImage decoded = decode(bmp);
  expect_picture(decoded, 3, 8, kTwoPixels);
  EXPECT_EQ(decoded.image.metadata.icc, bmp.profile);
  EXPECT_TRUE(decoded.image.metadata.exif.empty());
  EXPECT_TRUE(decoded.image.metadata.xmp.empty());

  ReadOptions options;
  options.keep_metadata = false;
  const DecodedImage bare = decode_with_warnings(file_of(bmp), "x.bmp", options);
  expect_picture(bare, 3, 8, kTwoPixels);
  EXPECT_TRUE(bare.image.metadata.icc.empty());
}

TEST(BmpReader, ProfileMayStandBeforeThePixels) {
  Bmp bmp = with_colour_space(124, kEmbedded);
  bmp.palette = icc_profile("RGB ");
  Bytes file = file_of(bmp);
  put(file, kFileHeader + 112, 124, 4);
  put(file, kFileHeader + 116, bmp.palette.size(), 4);
  const DecodedImage decoded = decode(file);
  expect_picture(decoded, 3, 8, kTwoPixels);
  EXPECT_EQ(decoded.image.metadata.icc, bmp.palette);
}

TEST(BmpReader, DamagedProfileIsWarnedOf) {
  Bmp bmp = with_colour_space(124, kEmbedded);
  bmp.profile = icc_profile("RGB ");
  const Bytes whole = file_of(bmp);
  const Phrases warned = {"a damaged ICC profile cannot be kept"};
  Bytes cut = whole;
  cut.pop_back();
  Bytes beyond = whole;
  put(beyond, kFileHeader + 112, whole.size(), 4);
  beyond.resize(whole.size() - bmp.profile.size());
  Bytes far = beyond;
  put(far, kFileHeader + 112, 0xFFFFFFFF, 4);
  put(far, kFileHeader + 116, 0xFFFFFFFF, 4);
  Bytes empty = beyond;
  put(empty, kFileHeader + 116, 0, 4);
  for (const Bytes& file : {cut, beyond, far, empty}) {
    const DecodedImage decoded = decode(file);
    expect_picture(decoded, 3, 8, kTwoPixels, warned);
    EXPECT_TRUE(decoded.image.metadata.icc.empty());
  }
  ReadOptions options;
  options.keep_metadata = false;
  EXPECT_EQ(decode_with_warnings(cut, "x.bmp", options).warnings, Phrases{});
}

TEST(BmpReader, LinkedProfileIsWarnedOf) {
  Bmp bmp = with_colour_space(124, kLinked);
  bmp.profile = {'a', '.', 'i', 'c', 'c', 0};
  const DecodedImage decoded = decode(bmp);
  expect_picture(decoded, 3, 8, kTwoPixels, {"a linked ICC profile cannot be kept"});
  EXPECT_TRUE(decoded.image.metadata.icc.empty());
}

TEST(BmpReader, PrimariesOtherThanThoseOfSrgbAreWarnedOf) {
  const Phrases warned = {"gamma and primaries cannot be kept"};
  for (const std::size_t header : {108, 124}) {
    SCOPED_TRACE(header);
    Bytes file = file_of(with_colour_space(header, kCalibrated));
    expect_picture(decode(file), 3, 8, kTwoPixels);
    put_primaries(file, kSrgbPrimaries, 2.2);
    expect_picture(decode(file), 3, 8, kTwoPixels);
    put_primaries(file, kSrgbPrimaries, 1.8);
    expect_picture(decode(file), 3, 8, kTwoPixels, warned);
    put_primaries(file, kAdobePrimaries, 2.2);
    expect_picture(decode(file), 3, 8, kTwoPixels, warned);
    put(file, kFileHeader + 56, kSrgb, 4);  // the primaries do not count
    expect_picture(decode(file), 3, 8, kTwoPixels);
  }
}

TEST(BmpReader, BytesBehindThePictureAreWarnedOf) {
  Bmp bmp;
  bmp.width = 2;
  bmp.pixels = {1, 2, 3, 4, 5, 6, 0, 0};
  const Bytes file = file_of(bmp);
  expect_picture(decode(joined(file, Bytes(100, 0))), 3, 8, kTwoPixels);
  expect_picture(decode(joined(file, Bytes(5, 0xFF))), 3, 8, kTwoPixels);
  expect_picture(decode(joined(file, {0, 0, 1})), 3, 8, kTwoPixels,
                 {"what lies behind the picture (3 bytes) cannot be kept"});

  Bmp profiled = with_colour_space(124, kEmbedded);
  profiled.profile = icc_profile("RGB ");
  expect_picture(decode(joined(file_of(profiled), {'h', 'i'})), 3, 8, kTwoPixels,
                 {"what lies behind the picture (2 bytes) cannot be kept"});
}

TEST(BmpReader, TruncationAtEveryLengthIsAnError) {
  Bmp bmp;
  bmp.width = 4;
  bmp.height = 2;
  bmp.pixels = Bytes(24, 77);
  expect_errors_at_all_lengths(file_of(bmp));
  bmp.header = 12;
  expect_errors_at_all_lengths(file_of(bmp));
  bmp.header = 124;
  expect_errors_at_all_lengths(file_of(bmp));
  bmp.header = 40;
  bmp.bits = 32;
  bmp.pixels = Bytes(32, 77);
  bmp.compression = kBitFields;
  bmp.masks = {0xFF, 0xFF00, 0xFF0000};
  expect_errors_at_all_lengths(file_of(bmp));
}

TEST(BmpReader, TruncatedPalettePicturesAreErrorsAtEveryLength) {
  Bmp bmp = run_lengths(8, 4, 2, {0, 4, 0, 1, 2, 3, 0, 0, 2, 2, 2, 1, 0, 1});
  expect_errors_at_all_lengths(file_of(bmp));
  expect_errors_at_all_lengths(
      file_of(run_lengths(4, 4, 2, {0, 4, 0x01, 0x23, 0, 0, 4, 0x22, 0, 1})));
  bmp.compression = 0;
  bmp.pixels = {0, 1, 2, 3, 3, 2, 1, 0};
  expect_errors_at_all_lengths(file_of(bmp));
  bmp.header = 12;
  bmp.bits = 1;
  bmp.width = 32;
  bmp.palette = {1, 2, 3, 4, 5, 6};
  expect_errors_at_all_lengths(file_of(bmp));
}

TEST(BmpReader, OtherCodingsAreRefusedByName) {
  Bmp bmp;
  bmp.pixels = Bytes(64, 0);
  const auto refused = [&](unsigned compression, unsigned bits) {
    bmp.compression = compression;
    bmp.bits = bits;
    return refusal_of(bmp);
  };
  EXPECT_EQ(refused(4, 0), "x.bmp: BMP with a JPEG inside is not handled");
  EXPECT_EQ(refused(5, 0), "x.bmp: BMP with a PNG inside is not handled");
  EXPECT_EQ(refused(9, 24), "x.bmp: BMP of compression 9 is not handled");
  EXPECT_EQ(refused(0, 64), "x.bmp: BMP with 64 bits a pixel is not handled");
  EXPECT_EQ(refused(0, 3), "x.bmp: BMP with 3 bits a pixel is not handled");
  EXPECT_EQ(refused(0, 0), "x.bmp: BMP with 0 bits a pixel is not handled");
  bmp.header = 64;
  // Run lengths of 24 bits
  EXPECT_EQ(refused(4, 24), "x.bmp: BMP in a coding of OS/2 alone is not handled");
  // Huffman codes
  EXPECT_EQ(refused(3, 1), "x.bmp: BMP in a coding of OS/2 alone is not handled");
  for (const std::size_t header : {13, 15, 65, 107, 200}) {
    bmp.header = header;
    EXPECT_EQ(refused(0, 24),
              "x.bmp: BMP with a header of " + std::to_string(header) + " bytes is not handled");
  }
}

TEST(BmpReader, OddMasksAreRefusedByName) {
  Bmp bmp;
  bmp.bits = 32;
  bmp.compression = kBitFields;
  bmp.pixels = Bytes(4, 0);
  bmp.masks = {0x00FF0000, 0x0000F0F0, 0x0000000F};
  EXPECT_EQ(refusal_of(bmp), "x.bmp: BMP with a mask that has gaps is not handled");
  bmp.masks = {0x0001FFFF, 0xFE000000, 0x01000000};
  EXPECT_EQ(refusal_of(bmp), "x.bmp: BMP with more than 16 bits a sample is not handled");
  bmp.bits = 24;
  EXPECT_NE(refusal_of(bmp).find("masks do not go with such pixels"), std::string::npos);
}

TEST(BmpReader, HeadersThatContradictThemselvesAreDamage) {
  Bmp bmp;
  bmp.pixels = Bytes(16, 0);
  bmp.width = -1;
  EXPECT_EQ(refusal_of(bmp), "x.bmp: damaged BMP: the width is negative");
  bmp.width = 0;
  EXPECT_NE(refusal_of(bmp).find("no size"), std::string::npos);
  bmp.width = 1;
  bmp.height = 0;
  EXPECT_NE(refusal_of(bmp).find("no size"), std::string::npos);
  bmp.height = 1;
  Bytes file = file_of(bmp);
  put(file, 10, 53, 4);
  EXPECT_NE(refusal_of(file).find("pixels stand inside the header"), std::string::npos);
  put(file, 10, file.size(), 4);
  EXPECT_NE(refusal_of(file).find("truncated"), std::string::npos);
  put(file, 10, 0xFFFFFFFF, 4);
  EXPECT_NE(refusal_of(file).find("truncated"), std::string::npos);
}

TEST(BmpReader, LimitsHold) {
  Bmp bmp;
  bmp.width = 4;
  bmp.height = -3;
  bmp.pixels = Bytes(36, 1);
  const Bytes file = file_of(bmp);
  const auto code_under = [&](int max_side, std::uint64_t max_pixels) {
    ReadOptions options;
    options.max_side = max_side;
    options.max_pixels = max_pixels;
    return code_of([&] { (void)decode_image(file, "x.bmp", options); });
  };
  EXPECT_EQ(code_under(4, 12), ErrorCode::kInternal);  // no error
  EXPECT_EQ(code_under(3, 12), ErrorCode::kLimitExceeded);
  EXPECT_EQ(code_under(4, 11), ErrorCode::kLimitExceeded);
}

TEST(BmpReader, ShortFilesCannotClaimHugePictures) {
  const long before = peak_memory();
  struct Kind {
    unsigned bits;
    unsigned compression;
  };
  for (const Kind kind : {Kind{1, 0}, Kind{4, 0}, Kind{8, 0}, Kind{16, 0}, Kind{24, 0}, Kind{32, 0},
                          Kind{8, kRle8}, Kind{4, kRle4}}) {
    SCOPED_TRACE(kind.bits);
    Bmp bmp;
    bmp.bits = kind.bits;
    bmp.compression = kind.compression;
    bmp.pixels = {0, 1, 0, 1};
    bmp.width = 16384;
    bmp.height = 16384;  // within the limits
    EXPECT_NE(refusal_of(bmp).find("the file is truncated"), std::string::npos);
    bmp.height = 16385;
    EXPECT_EQ(code_of([&] { (void)decode(bmp); }), ErrorCode::kLimitExceeded);
    bmp.height = INT32_MIN;
    EXPECT_EQ(code_of([&] { (void)decode(bmp); }), ErrorCode::kLimitExceeded);
    bmp.width = INT32_MAX;
    EXPECT_EQ(code_of([&] { (void)decode(bmp); }), ErrorCode::kLimitExceeded);
  }
  EXPECT_LT(peak_memory() - before, kLittleMemory);
}

TEST(BmpReader, FlippedBytesGiveAPictureOrAnError) {
  Bmp masked;
  masked.header = 124;
  masked.width = 2;
  masked.height = 2;
  masked.bits = 32;
  masked.compression = kBitFields;
  masked.masks = {0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000};
  masked.pixels = words({0x01030201, 0xFE060504, 0x00090807, 0xFF0C0B0A});
  masked.colour_space = kEmbedded;
  masked.profile = icc_profile("RGB ");
  Bmp core;
  core.header = 12;
  core.width = 5;
  core.bits = 4;
  core.palette = Bytes(48, 9);
  core.pixels = {0x12, 0x34, 0x50, 0};
  const Bmp runs = run_lengths(8, 4, 3, {1, 1, 0, 2, 1, 1, 1, 2, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1});
  for (const Bmp& bmp : {masked, core, runs}) {
    const Bytes file = file_of(bmp);
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (const int flip : {0x01, 0x10, 0x55, 0x80, 0xFF}) {
        Bytes damaged = file;
        damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ flip);
        expect_picture_or_error(damaged, "x.bmp", i);
      }
    }
  }
}

}  // namespace
}  // namespace imgcnn::image
