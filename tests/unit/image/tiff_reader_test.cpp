// TIFF: what its tags say of samples, pages and colours is obeyed, or refused by name.

#include <gtest/gtest.h>

#include "imgcnn/image/image_io.h"
#include "reader_checks.h"
#include "test_pictures.h"
#include "tiff_builder.h"

namespace imgcnn::image {
namespace {

using Words = std::vector<std::string>;
using Samples = std::vector<std::uint16_t>;
using B = TiffBuilder;

constexpr std::uint64_t kWhiteIsZero = 0;
constexpr std::uint64_t kBlackIsZero = 1;
constexpr std::uint64_t kRgb = 2;
constexpr std::uint64_t kPalette = 3;
constexpr int kExtraSamples = 338;

/// A file of one picture in one strip, with further entries.
Bytes tiff(std::uint64_t width, std::uint64_t height, std::uint64_t samples, std::uint64_t bits,
           std::uint64_t photometric, const Bytes& data, const B::Directory& more = {}) {
  B builder;
  const std::uint64_t at = builder.data(data);
  B::Directory entries = tiff_picture(width, height, samples, bits, photometric, {at}, data.size());
  entries.insert(entries.end(), more.begin(), more.end());
  builder.directory(entries);
  return builder.file();
}

Bytes grey_tiff(const B::Directory& more = {}) {
  return tiff(2, 1, 1, 8, kBlackIsZero, {10, 200}, more);
}

testing::AssertionResult refused(const Bytes& file, const std::string& reason) {
  const std::string message = refusal_of(file, "x");
  if (message.rfind("x: ", 0) == 0 && message.find(reason) != std::string::npos)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << message << "' instead of '" << reason << "'";
}

TEST(TiffReader, WhiteIsZeroIsInverted) {
  EXPECT_EQ(decode_image(tiff(3, 1, 1, 8, kWhiteIsZero, {0, 100, 255}), "x").samples,
            (Samples{255, 155, 0}));
  for (const bool big_endian : {false, true}) {
    B builder(big_endian);
    const std::uint64_t at = builder.data16({0, 1000, 65535});
    builder.directory(tiff_picture(3, 1, 1, 16, kWhiteIsZero, {at}, 6));
    const Image picture = decode_image(builder.file(), "x");
    EXPECT_EQ(picture.bit_depth, 16);
    EXPECT_EQ(picture.samples, (Samples{65535, 64535, 0}));
  }
  // Twelve bits, two samples in three bytes: 0 and 4095.
  EXPECT_EQ(decode_image(tiff(2, 1, 1, 12, kWhiteIsZero, {0x00, 0x0F, 0xFF}), "x").samples,
            (Samples{65535, 0}));
  EXPECT_EQ(decode_image(tiff(8, 1, 1, 1, kWhiteIsZero, {0xA5}), "x").samples,
            (Samples{0, 255, 0, 255, 255, 0, 255, 0}));
}

TEST(TiffReader, LowDepthsFillTheRange) {
  EXPECT_EQ(decode_image(tiff(2, 1, 1, 4, kBlackIsZero, {0x1F}), "x").samples, (Samples{17, 255}));
  EXPECT_EQ(decode_image(tiff(4, 1, 1, 2, kBlackIsZero, {0x1B}), "x").samples,
            (Samples{0, 85, 170, 255}));
  EXPECT_EQ(decode_image(tiff(4, 1, 1, 6, kBlackIsZero, {0xFC, 0x00, 0x01}), "x").samples,
            (Samples{255, 0, 0, 4}));
  const Image deep = decode_image(tiff(2, 1, 1, 10, kBlackIsZero, {0xFF, 0xC0, 0x10}), "x");
  EXPECT_EQ(deep.bit_depth, 16);
  EXPECT_EQ(deep.samples, (Samples{65535, 64}));
}

TEST(TiffReader, RowsOfPackedSamplesStartAtBytes) {
  EXPECT_EQ(decode_image(tiff(1, 2, 1, 4, kBlackIsZero, {0xF5, 0x05}), "x").samples,
            (Samples{255, 0}));
  EXPECT_EQ(decode_image(tiff(1, 2, 1, 12, kBlackIsZero, {0xFF, 0xF7, 0x00, 0x07}), "x").samples,
            (Samples{65535, 0}));
}

TEST(TiffReader, PlanesAreWoven) {
  for (const bool big_endian : {false, true}) {
    B deep(big_endian);
    const std::vector<std::uint64_t> planes = {deep.data16({1, 2}), deep.data16({300, 400}),
                                               deep.data16({50000, 6})};
    deep.directory(tiff_picture(2, 1, 3, 16, kRgb, planes, 4));
    EXPECT_EQ(decode_image(deep.file(), "x").samples, (Samples{1, 300, 50000, 2, 400, 6}));
  }
  B shallow;
  const std::vector<std::uint64_t> planes = {shallow.data({1, 2}), shallow.data({3, 4}),
                                             shallow.data({5, 6})};
  shallow.directory(tiff_picture(2, 1, 3, 8, kRgb, planes, 2));
  EXPECT_EQ(decode_image(shallow.file(), "x").samples, (Samples{1, 3, 5, 2, 4, 6}));
}

TEST(TiffReader, TilesArePutTogetherAndCutAtTheEdges) {
  constexpr std::size_t kTile = 16;
  B builder;
  std::vector<std::uint64_t> tiles;
  for (int tile = 0; tile < 4; ++tile) {
    Bytes bytes(kTile * kTile);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::uint8_t>(tile * 60 + i % kTile);
    tiles.push_back(builder.data(bytes));
  }
  builder.directory({{256, B::kLong, {20}},
                     {257, B::kLong, {17}},
                     {258, B::kShort, {8}},
                     {259, B::kShort, {1}},
                     {262, B::kShort, {kBlackIsZero}},
                     {277, B::kShort, {1}},
                     {322, B::kShort, {kTile}},
                     {323, B::kShort, {kTile}},
                     {324, B::kLong, tiles},
                     {325, B::kLong, {256, 256, 256, 256}}});
  const Image picture = decode_image(builder.file(), "x");
  const auto at = [&](std::size_t x, std::size_t y) { return picture.samples[y * 20 + x]; };
  EXPECT_EQ(at(0, 0), 0);
  EXPECT_EQ(at(15, 15), 15);
  EXPECT_EQ(at(16, 0), 60);
  EXPECT_EQ(at(19, 15), 63);
  EXPECT_EQ(at(3, 16), 123);
  EXPECT_EQ(at(19, 16), 183);
}

TEST(TiffReader, StraightAlphaIsKeptAndAssociatedAlphaDividedOut) {
  const Bytes rgba = {100, 50, 0, 128, 7, 8, 9, 255, 1, 2, 3, 0};
  const DecodedImage straight =
      decode_with_warnings(tiff(3, 1, 4, 8, kRgb, rgba, {{kExtraSamples, B::kShort, {2}}}), "x");
  EXPECT_EQ(straight.image.channels, 4);
  EXPECT_EQ(straight.image.samples, (Samples{100, 50, 0, 128, 7, 8, 9, 255, 1, 2, 3, 0}));
  EXPECT_EQ(straight.warnings, Words{});
  const Image associated =
      decode_image(tiff(3, 1, 4, 8, kRgb, rgba, {{kExtraSamples, B::kShort, {1}}}), "x");
  EXPECT_EQ(associated.samples, (Samples{199, 100, 0, 128, 7, 8, 9, 255, 0, 0, 0, 0}));
  // 100 * 255 / 128 = 199.2, 50 * 255 / 128 = 99.6
  B deep;
  const std::uint64_t at = deep.data16({1000, 30000, 40000, 20000});
  B::Directory entries = tiff_picture(1, 1, 4, 16, kRgb, {at}, 8);
  entries.push_back({kExtraSamples, B::kShort, {1}});
  deep.directory(entries);
  // Colours above their alpha are out of range and end at white.
  EXPECT_EQ(decode_image(deep.file(), "x").samples, (Samples{3277, 65535, 65535, 20000}));
}

TEST(TiffReader, AnExtraSampleOfUnstatedMeaningIsAlphaWithAWarning) {
  const Words warning = {"an extra sample of unstated meaning is taken for alpha"};
  for (const B::Directory& more : {B::Directory{}, B::Directory{{kExtraSamples, B::kShort, {0}}}}) {
    const DecodedImage decoded =
        decode_with_warnings(tiff(1, 1, 4, 8, kRgb, {1, 2, 3, 4}, more), "x");
    EXPECT_EQ(decoded.image.samples, (Samples{1, 2, 3, 4}));
    EXPECT_EQ(decoded.warnings, warning);
  }
}

TEST(TiffReader, GreyKeepsItsAlphaAndItsDepth) {
  const B::Directory alpha = {{kExtraSamples, B::kShort, {2}}};
  const Image shallow = decode_image(tiff(2, 1, 2, 8, kBlackIsZero, {1, 2, 3, 4}, alpha), "x");
  EXPECT_EQ(shallow.channels, 2);
  EXPECT_EQ(shallow.samples, (Samples{1, 2, 3, 4}));
  B deep;
  const std::uint64_t at = deep.data16({1, 65535, 300, 0});
  B::Directory entries = tiff_picture(2, 1, 2, 16, kBlackIsZero, {at}, 8);
  entries.push_back(alpha[0]);
  deep.directory(entries);
  const Image picture = decode_image(deep.file(), "x");
  EXPECT_EQ(picture.channels, 2);
  EXPECT_EQ(picture.bit_depth, 16);
  EXPECT_EQ(picture.samples, (Samples{1, 65535, 300, 0}));
  // White-is-zero turns the grey and leaves the alpha.
  EXPECT_EQ(decode_image(tiff(1, 1, 2, 8, kWhiteIsZero, {10, 20}, alpha), "x").samples,
            (Samples{245, 20}));
}

TEST(TiffReader, PalettesOfSixteenAndOfEightBits) {
  for (const std::uint64_t scale : {257, 256, 1}) {
    const std::vector<std::uint64_t> map = {0, 10 * scale, 20 * scale, 30 * scale,
                                            0, 11 * scale, 21 * scale, 31 * scale,
                                            0, 12 * scale, 22 * scale, 32 * scale};
    const Image picture =
        decode_image(tiff(4, 1, 1, 2, kPalette, {0x1B}, {{320, B::kShort, map}}), "x");
    EXPECT_EQ(picture.samples, (Samples{0, 0, 0, 10, 11, 12, 20, 21, 22, 30, 31, 32})) << scale;
  }
  EXPECT_TRUE(
      refused(tiff(2, 1, 1, 8, kPalette, {0, 1}), "the colour map is missing or too short"));
}

TEST(TiffReader, BigTiffIsRead) {
  for (const bool big_endian : {false, true}) {
    B builder(big_endian, true);
    const std::uint64_t at = builder.data({1, 2, 3, 4, 5, 6});
    builder.directory(tiff_picture(2, 1, 3, 8, kRgb, {at}, 6));
    EXPECT_EQ(decode_image(builder.file(), "x").samples, (Samples{1, 2, 3, 4, 5, 6}));
  }
}

TEST(TiffReader, WhatIsNotHandledIsNamed) {
  const auto with_format = [](std::uint64_t bits, std::uint64_t format) {
    return tiff(1, 1, 1, bits, kBlackIsZero, Bytes(8), {{339, B::kShort, {format}}});
  };
  EXPECT_TRUE(refused(tiff(1, 1, 4, 8, 5, Bytes(4)), "CMYK TIFF"));
  EXPECT_TRUE(refused(tiff(1, 1, 3, 8, 8, Bytes(3)), "Lab TIFF"));
  EXPECT_TRUE(refused(tiff(1, 1, 1, 16, 32803, Bytes(2)), "camera raw"));
  EXPECT_TRUE(refused(tiff(1, 1, 5, 8, kRgb, Bytes(5)), "TIFF with 5 samples a pixel"));
  EXPECT_TRUE(refused(tiff(1, 1, 3, 8, kBlackIsZero, Bytes(3)), "TIFF with 3 samples a pixel"));
  EXPECT_TRUE(refused(with_format(32, 3), "floating-point"));
  EXPECT_TRUE(refused(with_format(16, 2), "signed samples"));
  EXPECT_TRUE(refused(with_format(32, 1), "32-bit samples"));
  Bytes canon = grey_tiff();
  canon[8] = 'C';
  canon[9] = 'R';
  canon[10] = 2;
  EXPECT_TRUE(refused(canon, "camera raw (CR2)"));
}

/// A grey picture of one value in its own directory.
std::uint64_t add_page(B& builder, std::uint64_t side, std::uint8_t value, const B::Directory& more,
                       bool linked = true) {
  const std::uint64_t at = builder.data(Bytes(side * side, value));
  B::Directory entries = tiff_picture(side, side, 1, 8, kBlackIsZero, {at}, side * side);
  entries.insert(entries.end(), more.begin(), more.end());
  return builder.directory(entries, linked);
}

const B::Entry kReduced = {254, B::kLong, {1}};
const B::Entry kMask = {254, B::kLong, {4}};
const Words kFurtherPages = {"further pages cannot be kept"};

TEST(TiffPages, AReducedPageIsNeverThePicture) {
  B first_reduced;
  add_page(first_reduced, 2, 50, {kReduced});
  add_page(first_reduced, 3, 90, {});
  const DecodedImage decoded = decode_with_warnings(first_reduced.file(), "x");
  EXPECT_EQ(decoded.image.samples, Samples(9, 90));
  EXPECT_EQ(decoded.warnings, Words{});

  B old_tag;  // the same said by the tag of TIFF 5
  add_page(old_tag, 2, 50, {{255, B::kShort, {2}}});
  add_page(old_tag, 3, 90, {});
  EXPECT_EQ(decode_image(old_tag.file(), "x").samples, Samples(9, 90));

  B last_reduced;
  add_page(last_reduced, 3, 90, {});
  add_page(last_reduced, 2, 50, {kReduced});
  EXPECT_EQ(decode_image(last_reduced.file(), "x").samples, Samples(9, 90));
}

TEST(TiffPages, ThePictureMayBeASubDirectory) {
  B builder;
  const std::uint64_t full = add_page(builder, 4, 77, {}, false);
  add_page(builder, 2, 50, {kReduced, {330, B::kLong, {full}}});
  const DecodedImage decoded = decode_with_warnings(builder.file(), "x");
  EXPECT_EQ(decoded.image.samples, Samples(16, 77));
  EXPECT_EQ(decoded.warnings, Words{});
}

TEST(TiffPages, OfFullPagesTheFirstOrOneFourTimesAsLarge) {
  B equal;
  add_page(equal, 3, 10, {});
  add_page(equal, 4, 20, {});
  const DecodedImage decoded = decode_with_warnings(equal.file(), "x");
  EXPECT_EQ(decoded.image.samples, Samples(9, 10));
  EXPECT_EQ(decoded.warnings, kFurtherPages);
  B thumbnail_first;
  add_page(thumbnail_first, 3, 10, {});
  add_page(thumbnail_first, 6, 20, {});
  EXPECT_EQ(decode_image(thumbnail_first.file(), "x").samples, Samples(36, 20));
}

TEST(TiffPages, MasksAreNoPictures) {
  B builder;
  add_page(builder, 8, 255, {kMask});
  add_page(builder, 3, 10, {});
  const DecodedImage decoded = decode_with_warnings(builder.file(), "x");
  EXPECT_EQ(decoded.image.samples, Samples(9, 10));
  EXPECT_EQ(decoded.warnings, Words{"a transparency mask cannot be kept"});
}

TEST(TiffPages, RawFilesOfCamerasAreRefusedDespiteTheirThumbnail) {
  B builder;
  const std::uint64_t at = builder.data(Bytes(16, 1));
  const std::uint64_t raw = builder.directory(tiff_picture(4, 4, 1, 8, 32803, {at}, 16), false);
  add_page(builder, 2, 50, {kReduced, {330, B::kLong, {raw}}});
  EXPECT_TRUE(refused(builder.file(), "camera raw"));
}

TEST(TiffPages, ChainsThatBiteTheirTailEnd) {
  B builder;
  const std::uint64_t first = add_page(builder, 3, 10, {});
  builder.link_to(first);
  EXPECT_EQ(decode_image(builder.file(), "x").samples, Samples(9, 10));
}

TEST(TiffTags, ProfileAndXmpAreKeptAndOthersNamed) {
  const Bytes icc = icc_profile("GRAY");
  const std::string xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";
  const DecodedImage kept = decode_with_warnings(
      grey_tiff({{34675, 7, {icc.begin(), icc.end()}}, {700, B::kByte, {xmp.begin(), xmp.end()}}}),
      "x");
  EXPECT_EQ(kept.image.metadata.icc, icc);
  EXPECT_EQ(kept.image.metadata.xmp, Bytes(xmp.begin(), xmp.end()));
  EXPECT_EQ(kept.warnings, Words{});
  const auto warnings_of = [](const B::Entry& entry) {
    return decode_with_warnings(grey_tiff({entry}), "x").warnings;
  };
  EXPECT_EQ(warnings_of({34735, B::kShort, {1, 1, 0, 0}}), Words{"GeoTIFF tags cannot be kept"});
  EXPECT_EQ(warnings_of({34665, B::kLong, {8}}), Words{"EXIF cannot be kept"});
  EXPECT_EQ(warnings_of({33723, 7, {28, 2, 0, 0, 0}}), Words{"IPTC cannot be kept"});
  EXPECT_EQ(warnings_of({34377, B::kByte, {56, 66, 73, 77, 4}}),
            Words{"Photoshop's image resources cannot be kept"});
  EXPECT_EQ(warnings_of({60001, B::kShort, {1}}), Words{"the private tag 60001 cannot be kept"});
  EXPECT_EQ(warnings_of({305, B::kAscii, {'a', 'b', 'c', 0}}), Words{});
  ReadOptions bare;
  bare.keep_metadata = false;
  EXPECT_EQ(decode_with_warnings(grey_tiff({{34665, B::kLong, {8}}}), "x", bare).warnings, Words{});
}

TEST(TiffTags, TheOrientationIsAppliedAndResetInXmp) {
  const std::string xmp =
      "<rdf:Description "
      "xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\"><tiff:Orientation>6</tiff:Orientation>";
  const Image picture =
      decode_image(tiff(3, 2, 1, 8, kBlackIsZero, {'A', 'B', 'C', 'D', 'E', 'F'},
                        {{274, B::kShort, {6}}, {700, B::kByte, {xmp.begin(), xmp.end()}}}),
                   "x");
  EXPECT_EQ(picture.width, 2);
  EXPECT_EQ(picture.samples, (Samples{'D', 'A', 'E', 'B', 'F', 'C'}));
  const std::string kept(picture.metadata.xmp.begin(), picture.metadata.xmp.end());
  EXPECT_NE(kept.find("<tiff:Orientation>1<"), std::string::npos) << kept;
}

TEST(TiffDamage, MissingStripsAreNotDrawn) {
  // Half of the rows: libtiff takes what follows, as some programs write wrong sizes, and the user
  // hears of it.
  const Words warnings = decode_with_warnings(tiff(2, 2, 1, 8, kBlackIsZero, {1, 2}), "x").warnings;
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("StripByteCounts"), std::string::npos) << warnings[0];
  B nowhere;
  nowhere.directory(tiff_picture(2, 1, 1, 8, kBlackIsZero, {0}, 0));
  EXPECT_TRUE(refused(nowhere.file(), "a strip or tile is missing"));
  B beyond;
  beyond.directory(tiff_picture(2, 1, 1, 8, kBlackIsZero, {1 << 20}, 2));
  EXPECT_TRUE(refused(beyond.file(), "a strip or tile is missing"));
}

/// Every byte of the data changed: an error, or the very same picture, but never another one
/// without a word.
TEST(TiffDamage, AFlippedByteInLzwIsNoticedOrChangesLittle) {
  const Image picture = gradient_picture(64, 48, 3);
  const Bytes file = encode_image(picture, ".tif");
  int noticed = 0;
  for (std::size_t i = 8; i < 200; ++i) {
    Bytes damaged = file;
    damaged[i] ^= 0xFF;
    noticed += refusal_of(damaged, "x").find("damaged TIFF") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(noticed, 150);  // LZW has no checksum: a changed literal stays a literal
}

TEST(TiffDamage, TruncationAtEveryLengthIsAnError) {
  B builder;
  const std::uint64_t at = builder.data(Bytes(200, 7));
  builder.directory(tiff_picture(20, 10, 1, 8, kBlackIsZero, {at}, 200));
  const Bytes& file = builder.file();
  // The last four bytes link to nothing
  for (std::size_t size = 4; size + 4 < file.size(); ++size) {
    EXPECT_NE(
        refusal_of(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)), "x"),
        "no error")
        << size;
  }
}

TEST(TiffWriter, AlphaIsMarkedAsUnassociated) {
  for (const int channels : {2, 4}) {
    for (const int depth : {8, 16}) {
      const Image picture = noise_picture(9, 5, channels, depth);
      const DecodedImage decoded = decode_with_warnings(encode_image(picture, ".tif"), "x");
      EXPECT_EQ(decoded.image.samples, picture.samples);
      EXPECT_EQ(decoded.image.channels, channels);
      EXPECT_EQ(decoded.warnings, Words{});
    }
  }
}

TEST(TiffWriter, ProfileAndXmpTravel) {
  Image picture = gradient_picture(8, 8, 3);
  picture.metadata.icc = icc_profile("RGB ");
  picture.metadata.xmp = {'<', 'x', '/', '>'};
  picture.metadata.exif = exif_with_orientation(1);
  EXPECT_EQ(unkept(picture, ".tif"), Words{"EXIF"});
  const Metadata read = decode_image(encode_image(picture, ".tif"), "x").metadata;
  EXPECT_EQ(read.icc, picture.metadata.icc);
  EXPECT_EQ(read.xmp, picture.metadata.xmp);
}

}  // namespace
}  // namespace imgcnn::image
