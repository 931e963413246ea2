// Metadata and other ancillary chunks of PNG files: what is kept, and what is said to be lost.
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "imgcnn/image/image_io.h"
#include "reader_checks.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

using Words = std::vector<std::string>;
using Samples = std::vector<std::uint16_t>;

void put_u32(Bytes& bytes, std::uint64_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// The characters, zeros among them, without the one that ends the literal.
template <std::size_t size>
Bytes literal(const char (&text)[size]) {
  return Bytes(text, text + size - 1);
}

Bytes bytes_of(const std::string& text) { return Bytes(text.begin(), text.end()); }

Bytes deflated(const Bytes& data) {
  uLongf size = compressBound(data.size());
  Bytes stream(size);
  EXPECT_EQ(compress(stream.data(), &size, data.data(), data.size()), Z_OK);
  stream.resize(size);
  return stream;
}

struct Chunk {
  std::string type;
  Bytes data;
  bool intact = true;
};

constexpr std::uint8_t kGrey = 0;
constexpr std::uint8_t kRgb = 2;
constexpr std::uint8_t kPalette = 3;

Bytes png_of(const std::vector<Chunk>& chunks) {
  Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  for (const Chunk& chunk : chunks) {
    const Bytes body = joined(bytes_of(chunk.type), chunk.data);
    put_u32(file, chunk.data.size());
    file = joined(std::move(file), body);
    put_u32(file, crc32(0, body.data(), static_cast<uInt>(body.size())) ^ (chunk.intact ? 0U : 1U));
  }
  return file;
}

/// A PNG of one row of two pixels of 8 bits a sample, with chunks in front of the pixels and behind
/// them.
Bytes two_pixels(std::uint8_t colour_type, const Bytes& row, const std::vector<Chunk>& before,
                 const std::vector<Chunk>& after = {}) {
  std::vector<Chunk> chunks = {{"IHDR", {0, 0, 0, 2, 0, 0, 0, 1, 8, colour_type, 0, 0, 0}}};
  chunks.insert(chunks.end(), before.begin(), before.end());
  chunks.push_back({"IDAT", deflated(joined({0}, row))});
  chunks.insert(chunks.end(), after.begin(), after.end());
  chunks.push_back({"IEND", {}});
  return png_of(chunks);
}

Bytes rgb_png(const std::vector<Chunk>& before, const std::vector<Chunk>& after = {}) {
  return two_pixels(kRgb, {1, 2, 3, 4, 5, 6}, before, after);
}

DecodedImage decode(const Bytes& file) { return decode_with_warnings(file, "x"); }

/// The picture of `rgb_png` is right, whatever became of its metadata.
Words warnings_of(const Bytes& file) {
  const DecodedImage decoded = decode(file);
  EXPECT_EQ(decoded.image.samples, (Samples{1, 2, 3, 4, 5, 6}));
  return decoded.warnings;
}

Words warnings_without_metadata(const Bytes& file) {
  ReadOptions bare;
  bare.keep_metadata = false;
  return decode_with_warnings(file, "x", bare).warnings;
}

Bytes profile_contents(const Bytes& icc) { return joined(literal("name\0\0"), deflated(icc)); }

/// In the form of ImageMagick: line feed, name, right-aligned length, 72 digits a line.
Bytes raw_profile(const std::string& kind, const Bytes& contents) {
  constexpr char kDigits[] = "0123456789abcdef";
  const std::string size = std::to_string(contents.size());
  std::string text = "\n" + kind + "\n" + std::string(8 - size.size(), ' ') + size;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    if (i % 36 == 0) text += '\n';
    text += kDigits[contents[i] >> 4];
    text += kDigits[contents[i] & 15];
  }
  return bytes_of(text + "\n");
}

Bytes raw_keyword(const std::string& kind) {
  return joined(bytes_of("Raw profile type " + kind), {0});
}

Chunk raw_text(const std::string& kind, const Bytes& text, bool compressed) {
  if (!compressed) return {"tEXt", joined(raw_keyword(kind), text)};
  return {"zTXt", joined(joined(raw_keyword(kind), {0}), deflated(text))};
}

Chunk xmp_text(const Bytes& xmp, bool compressed) {
  const Bytes head = joined(literal("XML:com.adobe.xmp\0"),
                            {static_cast<std::uint8_t>(compressed ? 1 : 0), 0, 0, 0});
  return {"iTXt", joined(head, compressed ? deflated(xmp) : xmp)};
}

/// An EXIF block that no other resembles: orientation 1, then bytes of its own.
Bytes some_exif(std::uint8_t mark) { return joined(exif_with_orientation(1), Bytes(50, mark)); }

const Bytes kJpegPrefix = literal("Exif\0\0");
const Bytes kXmpPrefix = literal("http://ns.adobe.com/xap/1.0/\0");
const Bytes kXmp = bytes_of("<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xC3\xBC</x:xmpmeta>");

TEST(PngChunks, ProfilesOfTheOtherKindAreKept) {
  struct Case {
    const char* space;
    Bytes file;
  };
  const Bytes rgb = icc_profile("RGB ");
  const Bytes grey = icc_profile("GRAY");
  const Case cases[] = {{"RGB ", two_pixels(kGrey, {7, 9}, {{"iCCP", profile_contents(rgb)}})},
                        {"GRAY", rgb_png({{"iCCP", profile_contents(grey)}})}};
  for (const Case& one : cases) {
    const DecodedImage decoded = decode(one.file);
    EXPECT_EQ(decoded.image.metadata.icc, icc_profile(one.space));
    EXPECT_EQ(decoded.warnings, Words{}) << one.space;
    EXPECT_EQ(unkept(decoded.image, ".png"), Words{"ICC profile"}) << one.space;
    const DecodedImage again = decode(encode_png(decoded.image));
    EXPECT_TRUE(again.image.metadata.icc.empty()) << one.space;
    EXPECT_EQ(again.image.samples, decoded.image.samples) << one.space;
  }
}

TEST(PngChunks, ProfilesThatFitComeBack) {
  for (const int channels : {1, 2, 3, 4}) {
    Image picture = noise_picture(5, 4, channels, 8);
    picture.metadata.icc = icc_profile(channels <= 2 ? "GRAY" : "RGB ");
    EXPECT_EQ(unkept(picture, ".png"), Words{}) << channels;
    const DecodedImage decoded = decode(encode_png(picture));
    EXPECT_EQ(decoded.image.metadata.icc, picture.metadata.icc) << channels;
    EXPECT_EQ(decoded.image.samples, picture.samples) << channels;
    EXPECT_EQ(decoded.warnings, Words{}) << channels;
  }
}

TEST(PngChunks, ProfilesThatCompressWellComeBack) {
  Image picture = noise_picture(5, 4, 3, 8);
  picture.metadata.icc = icc_profile("RGB ");
  picture.metadata.icc.resize(300000);  // libpng takes such a profile for an attack
  picture.metadata.icc[1] = 300000 >> 16;
  picture.metadata.icc[2] = 300000 >> 8 & 0xFF;
  picture.metadata.icc[3] = 300000 & 0xFF;
  EXPECT_EQ(decode(encode_png(picture)).image.metadata.icc, picture.metadata.icc);
}

TEST(PngChunks, DamagedProfilesAreSaid) {
  const Words damaged = {"a damaged ICC profile cannot be kept"};
  const Bytes whole = profile_contents(icc_profile("RGB "));
  Bytes changed = whole;
  changed.back() ^= 0xFF;  // Adler's checksum
  const Bytes cut(whole.begin(), whole.end() - 20);
  for (const Bytes& contents : {changed, cut, literal("name\0\0"), literal("name"), Bytes{}}) {
    const Bytes file = rgb_png({{"iCCP", contents}});
    EXPECT_EQ(warnings_of(file), damaged);
    EXPECT_TRUE(decode(file).image.metadata.icc.empty());
    EXPECT_EQ(warnings_without_metadata(file), Words{});
  }
}

TEST(PngChunks, ExifIsFoundInRawProfiles) {
  const Bytes exif = some_exif('e');
  const Bytes prefixed = joined(kJpegPrefix, exif);
  for (const bool compressed : {false, true}) {
    for (const Chunk& chunk : {raw_text("exif", raw_profile("exif", exif), compressed),
                               raw_text("exif", raw_profile("exif", prefixed), compressed),
                               raw_text("APP1", raw_profile("generic", prefixed), compressed)}) {
      for (const Bytes& file : {rgb_png({chunk}), rgb_png({}, {chunk})}) {
        EXPECT_EQ(warnings_of(file), Words{});
        EXPECT_EQ(decode(file).image.metadata.exif, exif) << chunk.type;
      }
    }
  }
}

TEST(PngChunks, OrientationInARawProfileTurnsThePicture) {
  const Chunk chunk =
      raw_text("exif", raw_profile("exif", joined(kJpegPrefix, exif_with_orientation(6))), true);
  const Image picture = decode(rgb_png({chunk})).image;
  EXPECT_EQ(picture.width, 1);
  EXPECT_EQ(picture.height, 2);
  EXPECT_EQ(picture.metadata.exif, exif_with_orientation(1));
}

TEST(PngChunks, XmpIsFoundInRawProfiles) {
  const Bytes prefixed = joined(kXmpPrefix, kXmp);
  for (const bool compressed : {false, true}) {
    for (const Chunk& chunk : {raw_text("xmp", raw_profile("xmp", kXmp), compressed),
                               raw_text("xmp", raw_profile("xmp", prefixed), compressed),
                               raw_text("APP1", raw_profile("APP1", prefixed), compressed)}) {
      EXPECT_EQ(warnings_of(rgb_png({chunk})), Words{});
      EXPECT_EQ(decode(rgb_png({chunk})).image.metadata.xmp, kXmp);
    }
  }
}

TEST(PngChunks, ProfilesAreFoundInRawProfiles) {
  const Bytes icc = icc_profile("RGB ");
  for (const char* kind : {"icc", "icm"}) {
    const DecodedImage decoded = decode(rgb_png({raw_text(kind, raw_profile(kind, icc), true)}));
    EXPECT_EQ(decoded.image.metadata.icc, icc) << kind;
    EXPECT_EQ(decoded.warnings, Words{}) << kind;
  }
}

TEST(PngChunks, OtherRawProfilesAreSaid) {
  const auto said = [](const std::string& kind) {
    return warnings_of(rgb_png({raw_text(kind, raw_profile(kind, {1, 2, 3}), true)}));
  };
  EXPECT_EQ(said("iptc"), Words{"IPTC cannot be kept"});
  EXPECT_EQ(said("8bim"), Words{"IPTC cannot be kept"});
  EXPECT_EQ(said("other"), Words{"the raw profile other cannot be kept"});
}

TEST(PngChunks, DamagedRawProfilesAreSaid) {
  const Words damaged = {"a damaged raw profile (exif) cannot be kept"};
  Bytes odd = raw_profile("exif", some_exif('e'));
  odd.erase(odd.end() - 2);
  Bytes foreign = raw_profile("exif", some_exif('e'));
  *(foreign.end() - 3) = 'g';
  Bytes shorter = raw_profile("exif", some_exif('e'));
  shorter.erase(shorter.end() - 3, shorter.end() - 1);
  Bytes longer = raw_profile("exif", some_exif('e'));
  longer = joined(longer, literal("00"));
  for (const Bytes& text :
       {odd, foreign, shorter, longer, literal("\nexif\n       0\n"), literal("\nexif"), Bytes{}}) {
    for (const bool compressed : {false, true}) {
      const Bytes file = rgb_png({raw_text("exif", text, compressed)});
      EXPECT_EQ(warnings_of(file), damaged);
      EXPECT_TRUE(decode(file).image.metadata.exif.empty());
      EXPECT_EQ(warnings_without_metadata(file), Words{});
    }
  }
}

TEST(PngChunks, DamagedStreamsOfTextsAreSaid) {
  Chunk raw = raw_text("exif", raw_profile("exif", some_exif('e')), true);
  raw.data.pop_back();
  EXPECT_EQ(warnings_of(rgb_png({raw})), Words{"a damaged raw profile cannot be kept"});
  Chunk xmp = xmp_text(kXmp, true);
  xmp.data.pop_back();
  EXPECT_EQ(warnings_of(rgb_png({xmp})), Words{"damaged XMP cannot be kept"});
}

TEST(PngChunks, OrdinaryTextsAreComments) {
  EXPECT_EQ(
      warnings_of(rgb_png({{"tEXt", literal("Comment\0some words")},
                           {"zTXt", joined(literal("Author\0\0"), deflated(bytes_of("somebody")))},
                           {"iTXt", literal("Title\0\0\0\0\0words")},
                           {"pHYs", {0, 0, 0, 1, 0, 0, 0, 1, 0}},
                           {"tIME", {7, 0xE8, 1, 1, 0, 0, 0}}})),
      Words{});
}

TEST(PngChunks, ExifChunkWinsOverRawProfiles) {
  const Chunk chunk = {"eXIf", some_exif('c')};
  const Chunk raw = raw_text("exif", raw_profile("exif", some_exif('r')), true);
  EXPECT_EQ(decode(rgb_png({chunk, raw})).image.metadata.exif, some_exif('c'));
  EXPECT_EQ(decode(rgb_png({raw, chunk})).image.metadata.exif, some_exif('c'));
  EXPECT_EQ(decode(rgb_png({raw}, {chunk})).image.metadata.exif, some_exif('c'));
  EXPECT_EQ(decode(rgb_png({chunk}, {raw})).image.metadata.exif, some_exif('c'));
}

TEST(PngChunks, RawProfileStandsInForADamagedExifChunk) {
  const Chunk chunk = {"eXIf", some_exif('c'), false};
  const Chunk raw = raw_text("exif", raw_profile("exif", some_exif('r')), true);
  EXPECT_EQ(decode(rgb_png({chunk, raw})).image.metadata.exif, some_exif('r'));
}

TEST(PngChunks, XmpIsReadPlainAndCompressed) {
  for (const bool compressed : {false, true}) {
    for (const Bytes& file :
         {rgb_png({xmp_text(kXmp, compressed)}), rgb_png({}, {xmp_text(kXmp, compressed)})}) {
      EXPECT_EQ(warnings_of(file), Words{});
      EXPECT_EQ(decode(file).image.metadata.xmp, kXmp);
    }
  }
}

TEST(PngChunks, XmpMayBeLarge) {
  constexpr std::size_t kSize = 9'000'000;  // libpng's own limit is 8 000 000
  Bytes xmp = kXmp;
  xmp.resize(kSize, ' ');
  for (const bool compressed : {false, true}) {
    const DecodedImage decoded = decode(rgb_png({xmp_text(xmp, compressed)}));
    EXPECT_EQ(decoded.warnings, Words{}) << compressed;
    EXPECT_TRUE(decoded.image.metadata.xmp == xmp) << compressed;
  }
  Image picture = gradient_picture(2, 2, 3);
  picture.metadata.xmp = xmp;
  EXPECT_TRUE(decode(encode_png(picture)).image.metadata.xmp == xmp);
}

TEST(PngChunks, WrongChecksumsOfMetadataAreSaid) {
  const Chunk chunks[] = {{"eXIf", some_exif('c'), false},
                          {"iCCP", profile_contents(icc_profile("RGB ")), false},
                          {"iTXt", xmp_text(kXmp, false).data, false},
                          {"gAMA", {0, 0, 0xB1, 0x8F}, false}};
  for (const Chunk& chunk : chunks) {
    const Bytes file = rgb_png({chunk});
    EXPECT_EQ(warnings_of(file), Words{"the damaged chunk " + chunk.type + " cannot be kept"});
    const Metadata metadata = decode(file).image.metadata;
    EXPECT_TRUE(metadata.exif.empty() && metadata.icc.empty() && metadata.xmp.empty())
        << chunk.type;
    EXPECT_EQ(warnings_without_metadata(file), Words{}) << chunk.type;
  }
}

TEST(PngChunks, WrongChecksumOfTransparencyIsAnError) {
  const Bytes fine = rgb_png({{"tRNS", {0, 1, 0, 2, 0, 3}}});
  EXPECT_EQ(decode(fine).image.samples, (Samples{1, 2, 3, 0, 4, 5, 6, 255}));
  for (const Bytes& file :
       {rgb_png({{"tRNS", {0, 1, 0, 2, 0, 3}, false}}), rgb_png({{"tRNS", {0, 1}}}),
        two_pixels(kPalette, {0, 0}, {{"PLTE", {1, 2, 3}}, {"tRNS", {9}, false}})}) {
    try {
      (void)decode(file);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kUnsupportedImage);
      EXPECT_NE(std::string(error.what()).find("tRNS"), std::string::npos) << error.what();
    }
  }
}

TEST(PngChunks, WrongChecksumsOfThePictureAreErrors) {
  for (const char* type : {"IHDR", "IDAT", "PLTE"}) {
    std::vector<Chunk> chunks = {{"IHDR", {0, 0, 0, 2, 0, 0, 0, 1, 8, kPalette, 0, 0, 0}},
                                 {"PLTE", {1, 2, 3}},
                                 {"IDAT", deflated({0, 0, 0})},
                                 {"IEND", {}}};
    EXPECT_EQ(decode(png_of(chunks)).image.samples, (Samples{1, 2, 3, 1, 2, 3}));
    for (Chunk& chunk : chunks) chunk.intact = chunk.type != type;
    EXPECT_EQ(code_of([&] { (void)decode(png_of(chunks)); }), ErrorCode::kUnsupportedImage) << type;
  }
}

TEST(PngChunks, PixelsMayComeInPieces) {
  const Chunk header = {"IHDR", {0, 0, 0, 2, 0, 0, 0, 1, 8, kRgb, 0, 0, 0}};
  // A mere suggestion for pictures that are no palette's
  const Chunk palette = {"PLTE", {9, 9, 9}};
  const Chunk text = {"tEXt", literal("Comment\0words")};
  const Chunk end = {"IEND", {}};
  const Bytes whole = deflated({0, 1, 2, 3, 4, 5, 6});
  const auto half = whole.begin() + static_cast<std::ptrdiff_t>(whole.size() / 2);
  const Chunk first = {"IDAT", Bytes(whole.begin(), half)};
  const Chunk second = {"IDAT", Bytes(half, whole.end())};
  for (const auto& chunks : {std::vector{header, first, second, end},
                             {header, {"IDAT", {}}, first, {"IDAT", {}}, second, {"IDAT", {}}, end},
                             {header, palette, first, second, end},
                             {header, {"IDAT", joined(whole, {1, 2, 3})}, end},
                             {header, {"IDAT", deflated({0, 1, 2, 3, 4, 5, 6, 7, 8})}, end},
                             {header, text, first, second, text, end},
                             {text, header, first, second, end}}) {
    EXPECT_EQ(warnings_of(png_of(chunks)), Words{});
  }
  Bytes wrong_sum = whole;
  int number = 0;
  wrong_sum.back() ^= 1;
  for (const auto& chunks : {std::vector{header, first, text, second, end},
                             {header, first, end},
                             {header, second, first, end},
                             {header, {"IDAT", deflated({5, 1, 2, 3, 4, 5, 6})}, end},
                             {header, {"IDAT", deflated({0, 1, 2, 3, 4, 5})}, end},
                             {header, {"IDAT", wrong_sum}, end},
                             {header, header, first, second, end},
                             {header, {"ABCD", {}}, first, second, end},
                             {header, first, second}}) {
    EXPECT_EQ(code_of([&] { (void)decode(png_of(chunks)); }), ErrorCode::kUnsupportedImage)
        << number;
    ++number;
  }
}

TEST(PngChunks, DataBehindTheEndIsSaidWithItsSize) {
  const Words expected = {"what lies behind the picture (9 bytes) cannot be kept"};
  EXPECT_EQ(warnings_of(joined(rgb_png({}), literal("and a zip"))), expected);
  EXPECT_EQ(warnings_without_metadata(joined(rgb_png({}), literal("and a zip"))), expected);
  EXPECT_EQ(warnings_of(joined(rgb_png({}), Bytes(100, 0))), Words{});
  EXPECT_EQ(warnings_of(joined(rgb_png({}), Bytes(100, 1))),
            Words{"what lies behind the picture (100 bytes) cannot be kept"});
}

Chunk numbers(const std::string& type, const std::vector<std::uint32_t>& values) {
  Chunk chunk{type, {}};
  for (const std::uint32_t value : values) put_u32(chunk.data, value);
  return chunk;
}

TEST(PngChunks, AnimationIsSaid) {
  EXPECT_EQ(warnings_of(rgb_png({numbers("acTL", {3, 0})})),
            Words{"animation frames cannot be kept"});
  EXPECT_EQ(warnings_without_metadata(rgb_png({numbers("acTL", {3, 0})})),
            Words{"animation frames cannot be kept"});
}

TEST(PngChunks, ForeignColoursAreSaid) {
  const Words gamma = {"gamma and primaries cannot be kept"};
  const Chunk srgb_primaries =
      numbers("cHRM", {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000});
  const Chunk adobe_primaries =
      numbers("cHRM", {31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000});
  EXPECT_EQ(warnings_of(rgb_png({numbers("gAMA", {100000})})), gamma);
  EXPECT_EQ(warnings_of(rgb_png({numbers("gAMA", {45455})})), Words{});
  EXPECT_EQ(warnings_of(rgb_png({srgb_primaries})), Words{});
  EXPECT_EQ(warnings_of(rgb_png({adobe_primaries})), gamma);
  EXPECT_EQ(warnings_of(rgb_png({numbers("gAMA", {100000}), adobe_primaries})), gamma);
  EXPECT_EQ(warnings_of(rgb_png({numbers("cICP", {0x0C0D0001})})),
            Words{"colour description (cICP) cannot be kept"});
  EXPECT_EQ(warnings_without_metadata(rgb_png({numbers("gAMA", {100000})})), Words{});
}

TEST(PngChunks, ColoursBesideAProfileAreNotMissed) {
  const Chunk gamma = numbers("gAMA", {100000});
  EXPECT_EQ(warnings_of(rgb_png({gamma, {"sRGB", {0}}})), Words{});
  EXPECT_EQ(warnings_of(rgb_png({gamma, {"iCCP", profile_contents(icc_profile("RGB "))}})),
            Words{});
}

TEST(PngChunks, ColoursThatThePaletteLacksAreSaid) {
  const Words expected = {"colours that the palette lacks are black"};
  const Chunk palette = {"PLTE", {10, 20, 30, 40, 50, 60}};
  const DecodedImage fine = decode(two_pixels(kPalette, {0, 1}, {palette}));
  EXPECT_EQ(fine.image.samples, (Samples{10, 20, 30, 40, 50, 60}));
  EXPECT_EQ(fine.warnings, Words{});
  for (const std::uint8_t index : {2, 3, 255}) {
    const DecodedImage decoded = decode(two_pixels(kPalette, {1, index}, {palette}));
    EXPECT_EQ(decoded.image.samples, (Samples{40, 50, 60, 0, 0, 0})) << int{index};
    EXPECT_EQ(decoded.warnings, expected) << int{index};
  }
}

TEST(PngChunks, EveryCutIsAnError) {
  const Bytes file = rgb_png({xmp_text(kXmp, true), {"eXIf", some_exif('e')}},
                             {{"tEXt", literal("Comment\0words")}});
  for (std::size_t size = 1; size < file.size(); ++size) {
    const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(code_of([&] { (void)decode(cut); }), ErrorCode::kUnsupportedImage) << size;
  }
}

TEST(PngChunks, AlteredBytesNeverCrash) {
  const Bytes file = rgb_png({numbers("acTL", {3, 0}),
                              raw_text("exif", raw_profile("exif", some_exif('e')), true),
                              xmp_text(kXmp, true),
                              {"iCCP", profile_contents(icc_profile("RGB "))}});
  expect_altered_bytes_never_crash(file);
}

}  // namespace
}  // namespace imgcnn::image
