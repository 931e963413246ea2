// What else states or shows the orientation turns with the picture: XMP and the thumbnail in EXIF.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "image/exif.h"
#include "imgcnn/image/image_io.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

using Words = std::vector<std::string>;

const Words kThumbnailLost = {"the thumbnail in the EXIF of a turned picture cannot be kept"};

struct Colour {
  char letter;
  std::array<int, 3> rgb;
};

constexpr std::array<Colour, 4> kColours = {
    {{'R', {220, 30, 30}}, {'G', {30, 220, 30}}, {'B', {30, 30, 220}}, {'Y', {220, 220, 30}}}};

/// Red and green above, blue and yellow below.
Image quadrants(int width, int height) {
  Image picture = gradient_picture(width, height, 3);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    const int x = static_cast<int>(i / 3) % width;
    const int y = static_cast<int>(i / 3) / width;
    const Colour& colour = kColours.at((2 * x >= width ? 1U : 0U) + (2 * y >= height ? 2U : 0U));
    picture.samples[i] = static_cast<std::uint16_t>(colour.rgb.at(i % 3));
  }
  return picture;
}

char nearest_colour(const Image& picture, int x, int y) {
  const auto pixel = static_cast<std::size_t>(3 * (y * picture.width + x));
  const auto distance = [&](const Colour& colour) {
    int sum = 0;
    for (std::size_t c = 0; c < 3; ++c)
      sum += std::abs(colour.rgb.at(c) - int{picture.samples[pixel + c]});
    return sum;
  };
  const auto* const nearest =
      std::min_element(kColours.begin(), kColours.end(),
                       [&](const Colour& a, const Colour& b) { return distance(a) < distance(b); });
  return distance(*nearest) < 120 ? nearest->letter : '?';
}

/// Upper left, upper right, lower left, lower right.
std::string corners(const Image& picture) {
  const int right = picture.width - 1;
  const int bottom = picture.height - 1;
  return {nearest_colour(picture, 0, 0), nearest_colour(picture, right, 0),
          nearest_colour(picture, 0, bottom), nearest_colour(picture, right, bottom)};
}

/// Corners of `quadrants` by orientation. Source: EXIF 2.32, tag 274.
constexpr std::array<const char*, 9> kShown = {"",     "RGBY", "GRYB", "YBGR", "BYRG",
                                               "RBGY", "BRYG", "YGBR", "GYRB"};

struct ExifPlan {
  bool big_endian = false;
  int orientation = 6;
  int thumbnail_orientation = 0;  ///< 0: the directory of the thumbnail states none
  Bytes thumbnail;
  Bytes behind;  ///< what follows the thumbnail
};

/// Two directories, then the thumbnail, then the rest. Source: EXIF 2.32, sections 4.5 and 4.6.
Bytes exif_of(const ExifPlan& plan) {
  Bytes exif;
  const auto put = [&](std::size_t value, int count) {
    for (int i = 0; i < count; ++i) {
      const int shift = 8 * (plan.big_endian ? count - 1 - i : i);
      exif.push_back(static_cast<std::uint8_t>(value >> shift));
    }
  };
  const auto put_short = [&](std::size_t tag, std::size_t value) {
    put(tag, 2);
    put(3, 2);
    put(1, 4);
    put(value, 2);
    put(0, 2);
  };
  const auto put_long = [&](std::size_t tag, std::size_t value) {
    put(tag, 2);
    put(4, 2);
    put(1, 4);
    put(value, 4);
  };
  const std::size_t entries = plan.thumbnail_orientation == 0 ? 3 : 4;
  constexpr std::size_t kSecondDirectory = 8 + 2 + 12 + 4;
  const std::size_t thumbnail_at = kSecondDirectory + 2 + 12 * entries + 4;
  exif = plan.big_endian ? Bytes{'M', 'M'} : Bytes{'I', 'I'};
  put(42, 2);
  put(8, 4);
  put(1, 2);
  put_short(0x0112, static_cast<std::size_t>(plan.orientation));
  put(kSecondDirectory, 4);
  put(entries, 2);
  put_short(0x0103, 6);  // compression: JPEG
  if (plan.thumbnail_orientation != 0)
    put_short(0x0112, static_cast<std::size_t>(plan.thumbnail_orientation));
  put_long(0x0201, thumbnail_at);
  put_long(0x0202, plan.thumbnail.size());
  put(0, 4);
  exif.insert(exif.end(), plan.thumbnail.begin(), plan.thumbnail.end());
  exif.insert(exif.end(), plan.behind.begin(), plan.behind.end());
  return exif;
}

/// A PNG of `quadrants(40, 24)` with the EXIF, read back.
DecodedImage read_with(const Bytes& exif, bool keep_metadata = true) {
  Image picture = quadrants(40, 24);
  picture.metadata.exif = exif;
  ReadOptions options;
  options.keep_metadata = keep_metadata;
  return decode_with_warnings(encode_png(picture), "x", options);
}

Image thumbnail_in(const Bytes& exif) { return decode_image(exif_thumbnail(exif), "thumbnail"); }

std::size_t thumbnail_offset(const Bytes& exif) {
  return static_cast<std::size_t>(exif_thumbnail(exif).data() - exif.data());
}

Bytes small_thumbnail() { return encode_jpeg(quadrants(20, 12), 90); }

TEST(UprightThumbnail, TurnsWithThePicture) {
  for (const bool big_endian : {false, true}) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      ExifPlan plan;
      plan.big_endian = big_endian;
      plan.orientation = orientation;
      plan.thumbnail = small_thumbnail();
      const DecodedImage decoded = read_with(exif_of(plan));
      const bool transposed = orientation >= 5;
      const auto* const shown = kShown.at(static_cast<std::size_t>(orientation));
      EXPECT_EQ(decoded.image.width, transposed ? 24 : 40) << orientation;
      EXPECT_EQ(corners(decoded.image), shown) << orientation;
      const Bytes& exif = decoded.image.metadata.exif;
      const Image thumbnail = thumbnail_in(exif);
      EXPECT_EQ(thumbnail.width, transposed ? 12 : 20) << orientation;
      EXPECT_EQ(thumbnail.height, transposed ? 20 : 12) << orientation;
      EXPECT_EQ(corners(thumbnail), shown) << orientation;
      EXPECT_EQ(exif_orientation(exif), 1) << orientation;
      EXPECT_EQ(decoded.warnings, Words{}) << orientation;
    }
  }
}

TEST(UprightThumbnail, TurnsInJpegFiles) {
  ExifPlan plan;
  plan.orientation = 8;
  plan.thumbnail = small_thumbnail();
  Image picture = quadrants(40, 24);
  picture.metadata.exif = exif_of(plan);
  const Image read = decode_image(encode_jpeg(picture, 95), "x");
  EXPECT_EQ(corners(read), kShown[8]);
  EXPECT_EQ(corners(thumbnail_in(read.metadata.exif)), kShown[8]);
  const Image again = decode_image(encode_jpeg(read, 95), "x");
  EXPECT_EQ(corners(again), kShown[8]);
  EXPECT_EQ(again.metadata.exif, read.metadata.exif);
}

TEST(UprightThumbnail, StaysWhenThePictureIsUpright) {
  ExifPlan plan;
  plan.orientation = 1;
  plan.thumbnail = Bytes(30, 'x');
  const Bytes exif = exif_of(plan);
  EXPECT_EQ(read_with(exif).image.metadata.exif, exif);
  EXPECT_EQ(read_with(exif).warnings, Words{});
}

TEST(UprightThumbnail, ItsOwnOrientationIsReset) {
  for (const bool big_endian : {false, true}) {
    ExifPlan plan;
    plan.big_endian = big_endian;
    plan.thumbnail_orientation = 6;
    plan.thumbnail = small_thumbnail();
    const Bytes exif = exif_of(plan);
    ASSERT_EQ(exif_thumbnail_orientation(exif), 6);
    const Bytes turned = read_with(exif).image.metadata.exif;
    EXPECT_EQ(exif_thumbnail_orientation(turned), 1);
    EXPECT_EQ(exif_orientation(turned), 1);
    EXPECT_EQ(corners(thumbnail_in(turned)), kShown[6]);
  }
}

TEST(UprightThumbnail, UprightThumbnailIsLeft) {
  ExifPlan plan;
  plan.thumbnail_orientation = 1;
  plan.thumbnail = encode_jpeg(quadrants(12, 20), 90);
  const Bytes turned = read_with(exif_of(plan)).image.metadata.exif;
  plan.orientation = 1;
  EXPECT_EQ(turned, exif_of(plan));
}

TEST(UprightThumbnail, ThumbnailThatHasTheTurnedShapeIsLeft) {
  for (const int orientation : {5, 6, 7, 8}) {
    ExifPlan plan;
    plan.orientation = orientation;
    plan.thumbnail = encode_jpeg(quadrants(12, 20), 90);
    const DecodedImage decoded = read_with(exif_of(plan));
    EXPECT_EQ(exif_thumbnail(decoded.image.metadata.exif).to_bytes(), plan.thumbnail)
        << orientation;
    EXPECT_EQ(decoded.warnings, Words{}) << orientation;
    plan.orientation = 1;
    EXPECT_EQ(decoded.image.metadata.exif, exif_of(plan)) << orientation;
  }
}

TEST(UprightThumbnail, LargerThumbnailIsAppended) {
  for (const bool big_endian : {false, true}) {
    ExifPlan plan;
    plan.big_endian = big_endian;
    plan.thumbnail = encode_jpeg(noise_picture(20, 12, 3, 8), 10);
    plan.behind = Bytes(33, 'z');
    const Bytes before = exif_of(plan);
    const Bytes after = read_with(before).image.metadata.exif;
    const std::size_t old_at = thumbnail_offset(before);
    ASSERT_GT(exif_thumbnail(after).size(), plan.thumbnail.size());
    EXPECT_EQ(thumbnail_offset(after), before.size());
    EXPECT_EQ(after.size(), before.size() + exif_thumbnail(after).size());
    EXPECT_TRUE(
        std::equal(plan.behind.begin(), plan.behind.end(),
                   after.begin() + static_cast<std::ptrdiff_t>(old_at + plan.thumbnail.size())));
    const auto old = after.begin() + static_cast<std::ptrdiff_t>(old_at);
    EXPECT_TRUE(std::all_of(old, old + static_cast<std::ptrdiff_t>(plan.thumbnail.size()),
                            [](std::uint8_t byte) { return byte == 0; }));
    EXPECT_EQ(thumbnail_in(after).width, 12);
    EXPECT_EQ(thumbnail_in(after).height, 20);
  }
}

TEST(UprightThumbnail, LargerThumbnailAtTheEndTakesThePlaceOfTheOld) {
  ExifPlan plan;
  plan.thumbnail = encode_jpeg(noise_picture(20, 12, 3, 8), 10);
  const Bytes before = exif_of(plan);
  const Bytes after = read_with(before).image.metadata.exif;
  ASSERT_GT(exif_thumbnail(after).size(), plan.thumbnail.size());
  EXPECT_EQ(thumbnail_offset(after), thumbnail_offset(before));
  EXPECT_EQ(after.size(), thumbnail_offset(before) + exif_thumbnail(after).size());
}

TEST(UprightThumbnail, SmallerThumbnailStaysInPlace) {
  ExifPlan plan;
  plan.thumbnail = encode_jpeg(noise_picture(20, 12, 3, 8), 100);
  plan.behind = Bytes(33, 'z');
  const Bytes before = exif_of(plan);
  const Bytes after = read_with(before).image.metadata.exif;
  ASSERT_LT(exif_thumbnail(after).size(), plan.thumbnail.size());
  EXPECT_EQ(thumbnail_offset(after), thumbnail_offset(before));
  EXPECT_EQ(after.size(), before.size());
  EXPECT_TRUE(std::equal(plan.behind.begin(), plan.behind.end(), after.end() - 33));
  EXPECT_EQ(thumbnail_in(after).width, 12);
}

TEST(UprightThumbnail, UnreadableThumbnailIsRemoved) {
  const Bytes whole = small_thumbnail();
  const Bytes cut(whole.begin(), whole.end() - 30);
  for (const bool big_endian : {false, true}) {
    for (const Bytes& thumbnail : {Bytes(30, 'x'), cut, Bytes{}}) {
      ExifPlan plan;
      plan.big_endian = big_endian;
      plan.thumbnail = thumbnail;
      const Bytes before = exif_of(plan);
      ASSERT_TRUE(has_exif_thumbnail(before));
      const DecodedImage decoded = read_with(before);
      EXPECT_EQ(decoded.warnings, kThumbnailLost);
      EXPECT_FALSE(has_exif_thumbnail(decoded.image.metadata.exif));
      EXPECT_TRUE(exif_thumbnail(decoded.image.metadata.exif).empty());
      EXPECT_EQ(exif_orientation(decoded.image.metadata.exif), 1);
      EXPECT_EQ(corners(decoded.image), kShown[6]);
    }
  }
}

TEST(UprightThumbnail, ThumbnailBeyondTheBlockIsRemoved) {
  ExifPlan plan;
  plan.thumbnail = small_thumbnail();
  Bytes exif = exif_of(plan);
  exif.pop_back();
  const DecodedImage decoded = read_with(exif);
  EXPECT_EQ(decoded.warnings, kThumbnailLost);
  EXPECT_FALSE(has_exif_thumbnail(decoded.image.metadata.exif));
}

TEST(UprightThumbnail, NothingIsSaidWhenMetadataIsNotKept) {
  ExifPlan plan;
  plan.thumbnail = Bytes(30, 'x');
  const DecodedImage decoded = read_with(exif_of(plan), false);
  EXPECT_EQ(decoded.warnings, Words{});
  EXPECT_TRUE(decoded.image.metadata.exif.empty());
  EXPECT_EQ(corners(decoded.image), kShown[6]);
}

TEST(UprightThumbnail, AlteredBlocksNeverCrash) {
  ExifPlan plan;
  plan.thumbnail_orientation = 6;
  plan.thumbnail = encode_jpeg(quadrants(4, 3), 50);
  plan.behind = Bytes(9, 'z');
  const Bytes exif = exif_of(plan);
  for (std::size_t i = 0; i < exif.size(); ++i) {
    for (const std::uint8_t change : {0x01, 0x08, 0x80, 0xFF}) {
      Bytes altered = exif;
      altered[i] ^= change;
      EXPECT_EQ(read_with(altered).image.pixels(), 40U * 24U) << i;
    }
    EXPECT_EQ(read_with(Bytes(exif.begin(), exif.begin() + static_cast<std::ptrdiff_t>(i)))
                  .image.pixels(),
              40U * 24U);
  }
}

/// An XMP packet as it is after reading; orientation: of EXIF.
std::string xmp_after(const std::string& xmp, int orientation) {
  Image picture = quadrants(40, 24);
  picture.metadata.xmp.assign(xmp.begin(), xmp.end());
  picture.metadata.exif = exif_with_orientation(orientation);
  const DecodedImage decoded = decode_with_warnings(encode_png(picture), "x");
  EXPECT_EQ(decoded.warnings, Words{});
  return std::string(decoded.image.metadata.xmp.begin(), decoded.image.metadata.xmp.end());
}

/// A packet around attributes and elements of a description; `prefix` is bound to the TIFF schema.
std::string packet(const std::string& prefix, const std::string& attributes,
                   const std::string& elements) {
  return "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
         "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
         "<rdf:Description rdf:about='' xmlns:other='http://example.org/' xmlns:" +
         prefix + "=\"http://ns.adobe.com/tiff/1.0/\"" + attributes + ">" + elements +
         "</rdf:Description></rdf:RDF></x:xmpmeta>";
}

TEST(UprightXmp, ElementIsReset) {
  for (const char* value : {"2", "6", "8"}) {
    const std::string stated = "<tiff:Orientation>" + std::string(value) + "</tiff:Orientation>";
    EXPECT_EQ(xmp_after(packet("tiff", "", stated), 6),
              packet("tiff", "", "<tiff:Orientation>1</tiff:Orientation>"));
  }
}

TEST(UprightXmp, AttributeWithEitherQuoteIsReset) {
  EXPECT_EQ(xmp_after(packet("tiff", " tiff:Orientation=\"6\" tiff:Make=\"6\"", ""), 6),
            packet("tiff", " tiff:Orientation=\"1\" tiff:Make=\"6\"", ""));
  EXPECT_EQ(xmp_after(packet("tiff", "\n  tiff:Orientation = '8'", ""), 8),
            packet("tiff", "\n  tiff:Orientation = '1'", ""));
}

TEST(UprightXmp, OtherPrefixesAreUnderstood) {
  EXPECT_EQ(xmp_after(packet("ns1", " ns1:Orientation=\"3\"", ""), 3),
            packet("ns1", " ns1:Orientation=\"1\"", ""));
  EXPECT_EQ(xmp_after(packet("t-1.x", "", "<t-1.x:Orientation>7</t-1.x:Orientation>"), 7),
            packet("t-1.x", "", "<t-1.x:Orientation>1</t-1.x:Orientation>"));
}

TEST(UprightXmp, EveryStatementIsReset) {
  EXPECT_EQ(
      xmp_after(packet("tiff", " tiff:Orientation='6'", "<tiff:Orientation>6</tiff:Orientation>"),
                6),
      packet("tiff", " tiff:Orientation='1'", "<tiff:Orientation>1</tiff:Orientation>"));
}

TEST(UprightXmp, IsLeftAloneWhenThePictureIsNotTurned) {
  const std::string stated =
      packet("tiff", " tiff:Orientation='6'", "<tiff:Orientation>6</tiff:Orientation>");
  EXPECT_EQ(xmp_after(stated, 1), stated);
  Image picture = quadrants(40, 24);
  picture.metadata.xmp.assign(stated.begin(), stated.end());
  const Image read = decode_image(encode_png(picture), "x");
  EXPECT_EQ(read.metadata.xmp, picture.metadata.xmp);
  EXPECT_EQ(read.width, 40);
}

TEST(UprightXmp, OtherPropertiesAreLeftAlone) {
  for (const std::string& same :
       {packet("tiff", " other:Orientation='6'", ""),
        packet("tiff", " tiff:OrientationOfSomething='6'", ""),
        packet("tiff", "", "<other:Orientation>6</other:Orientation>"),
        packet("tiff", " mytiff:Orientation='6'", ""), packet("ns1", " tiff:Orientation='6'", ""),
        packet("tiff", " tiff:Orientation='66'", ""), packet("tiff", " tiff:Orientation='1'", ""),
        packet("tiff", "", "tiff:Orientation is 6"), std::string("tiff:Orientation"),
        std::string("<tiff:Orientation>6")}) {
    EXPECT_EQ(xmp_after(same, 6), same);
  }
}

}  // namespace
}  // namespace imgcnn::image
