// JPEG files that our own writer never makes: other codings, missing ends, foreign segments.
#include <cstdio>  // jpeglib.h needs FILE

#include <gtest/gtest.h>
#include <jpeglib.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "imgcnn/image/image_io.h"
#include "reader_checks.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

using Words = std::vector<std::string>;

constexpr int kApp1 = 0xE1;
constexpr int kApp2 = 0xE2;
constexpr int kSof0 = 0xC0;
constexpr int kSos = 0xDA;
const std::string kNoEnd = "the JPEG has no end marker";

struct Coding {
  bool progressive = false;
  bool arithmetic = false;
  bool interleaved = true;
  bool jfif = true;
  int quality = 100;
  int restart_interval = 0;
};

/// One channel: grey; three: RGB as 4:2:0; four: CMYK.
Bytes write_jpeg(const Image& picture, const Coding& coding) {
  jpeg_error_mgr manager = {};
  jpeg_compress_struct jpeg = {};
  jpeg.err = jpeg_std_error(&manager);
  jpeg_create_compress(&jpeg);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &data, &size);
  jpeg.image_width = static_cast<JDIMENSION>(picture.width);
  jpeg.image_height = static_cast<JDIMENSION>(picture.height);
  jpeg.input_components = picture.channels;
  constexpr J_COLOR_SPACE kSpaces[] = {JCS_UNKNOWN, JCS_GRAYSCALE, JCS_UNKNOWN, JCS_RGB, JCS_CMYK};
  jpeg.in_color_space = kSpaces[picture.channels];
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, coding.quality, TRUE);
  jpeg.write_JFIF_header = coding.jfif ? TRUE : FALSE;
  jpeg.arith_code = coding.arithmetic ? TRUE : FALSE;
  jpeg.restart_interval = static_cast<unsigned>(coding.restart_interval);
  jpeg_scan_info scans[3] = {};
  if (coding.progressive) jpeg_simple_progression(&jpeg);
  if (!coding.interleaved) {
    for (int c = 0; c < 3; ++c) scans[c] = {1, {c, 0, 0, 0}, 0, DCTSIZE2 - 1, 0, 0};
    jpeg.scan_info = scans;
    jpeg.num_scans = 3;
  }
  jpeg_start_compress(&jpeg, TRUE);
  const auto per_row =
      static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
  Bytes row(per_row);
  for (std::size_t y = 0; y < static_cast<std::size_t>(picture.height); ++y) {
    for (std::size_t i = 0; i < per_row; ++i)
      row[i] = static_cast<std::uint8_t>(picture.samples[y * per_row + i]);
    JSAMPROW rows[] = {row.data()};
    jpeg_write_scanlines(&jpeg, rows, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  Bytes file(data, data + size);
  std::free(data);
  return file;
}

Bytes progressive_jpeg() {
  Coding coding;
  coding.progressive = true;
  return write_jpeg(gradient_picture(40, 24, 3), coding);
}

Bytes constant_jpeg(int width, int height, std::uint16_t value, const Coding& coding) {
  Image picture = gradient_picture(1, 1, 1);
  picture.width = width;
  picture.height = height;
  picture.samples.assign(picture.pixels(), value);
  return write_jpeg(picture, coding);
}

Bytes without_last(const Bytes& bytes, std::size_t count) {
  return Bytes(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(count));
}

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Bytes bytes_of(const std::string& text) { return Bytes(text.begin(), text.end()); }

/// The position of the first marker of a kind that lies in front of the first scan's data.
std::size_t marker_position(const Bytes& jpeg, int wanted) {
  std::size_t at = 2;
  while (at + 4 <= jpeg.size() && jpeg[at + 1] != wanted)
    at += 2U + jpeg[at + 2] * 256U + jpeg[at + 3];
  return at;
}

Bytes segment(int marker, const Bytes& payload) {
  const std::size_t length = payload.size() + 2;
  const Bytes head = {0xFF, static_cast<std::uint8_t>(marker),
                      static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
  return joined(head, payload);
}

Bytes behind_start(Bytes jpeg, const Bytes& inserted) {
  jpeg.insert(jpeg.begin() + 2, inserted.begin(), inserted.end());
  return jpeg;
}

Bytes baseline_jpeg() { return encode_jpeg(gradient_picture(40, 24, 3), 90); }

Bytes jpeg_with(int marker, const std::string& payload) {
  return behind_start(baseline_jpeg(), segment(marker, bytes_of(payload)));
}

struct Piece {
  std::uint8_t number;
  std::uint8_t count;
  Bytes data;
};

Bytes jpeg_with_profile(const std::vector<Piece>& pieces) {
  Bytes segments;
  for (const Piece& piece : pieces) {
    const Bytes head = joined(bytes_of("ICC_PROFILE"), {0, piece.number, piece.count});
    segments = joined(segments, segment(kApp2, joined(head, piece.data)));
  }
  return behind_start(baseline_jpeg(), segments);
}

/// The test profile in three pieces.
std::vector<Bytes> profile_pieces() {
  const Bytes icc = icc_profile("RGB ");
  return {Bytes(icc.begin(), icc.begin() + 100), Bytes(icc.begin() + 100, icc.begin() + 180),
          Bytes(icc.begin() + 180, icc.end())};
}

Words warnings_of(const Bytes& file, const ReadOptions& options = {}) {
  return decode_with_warnings(file, "x", options).warnings;
}

std::vector<std::uint16_t> samples_of(const Bytes& file) { return decode_image(file, "x").samples; }

std::string message_of(const Bytes& file) { return refusal_of(file, "some.jpg"); }

TEST(JpegReader, OrdinaryFilesGiveNoWarning) {
  EXPECT_EQ(warnings_of(baseline_jpeg()), Words{});
  EXPECT_EQ(warnings_of(progressive_jpeg()), Words{});
  Coding coding;
  coding.interleaved = false;
  EXPECT_EQ(warnings_of(write_jpeg(gradient_picture(40, 24, 3), coding)), Words{});
  coding.restart_interval = 2;
  EXPECT_EQ(warnings_of(write_jpeg(gradient_picture(40, 24, 3), coding)), Words{});
}

TEST(JpegReader, CodingsOfTheSamePictureGiveTheSameSamples) {
  const Image picture = gradient_picture(40, 24, 3);
  const auto expected = samples_of(write_jpeg(picture, {}));
  for (const bool progressive : {false, true}) {
    for (const bool arithmetic : {false, true}) {
      Coding coding;
      coding.progressive = progressive;
      coding.arithmetic = arithmetic;
      EXPECT_EQ(samples_of(write_jpeg(picture, coding)), expected) << progressive << arithmetic;
    }
  }
}

TEST(JpegReader, ArithmeticCodingMayTakeFewBytes) {
  Coding coding;
  coding.arithmetic = true;
  const Bytes file = constant_jpeg(2000, 1500, 77, coding);
  // Far fewer than Huffman coding needs: a bit for a block is 5875 bytes
  ASSERT_LT(file.size(), 1000U);
  const DecodedImage decoded = decode_with_warnings(file, "x");
  EXPECT_EQ(decoded.image.width, 2000);
  EXPECT_EQ(decoded.image.height, 1500);
  EXPECT_EQ(decoded.image.channels, 1);
  EXPECT_EQ(decoded.image.samples, std::vector<std::uint16_t>(std::size_t{2000} * 1500, 77));
  EXPECT_EQ(decoded.warnings, Words{});
}

TEST(JpegReader, ConstantPictureOfHuffmanCodingIsRead) {
  const Bytes file = constant_jpeg(2000, 1500, 77, {});
  EXPECT_EQ(samples_of(file), std::vector<std::uint16_t>(std::size_t{2000} * 1500, 77));
}

TEST(JpegReader, ShortFileCannotClaimAHugePicture) {
  Bytes file = baseline_jpeg();
  const std::size_t sof = marker_position(file, kSof0);
  for (const std::size_t at : {sof + 5, sof + 7}) {
    file[at] = 0x3F;
    file[at + 1] = 0;
  }
  EXPECT_NE(message_of(file).find("truncated"), std::string::npos);
}

TEST(JpegReader, MissingEndMarkerIsAWarning) {
  for (const Bytes& file : {baseline_jpeg(), progressive_jpeg(), constant_jpeg(40, 24, 9, {})}) {
    const auto expected = samples_of(file);
    for (const std::size_t missing : {1, 2}) {
      const DecodedImage decoded = decode_with_warnings(without_last(file, missing), "x");
      EXPECT_EQ(decoded.image.samples, expected) << missing;
      EXPECT_EQ(decoded.warnings, Words{kNoEnd}) << missing;
    }
  }
}

TEST(JpegReader, MissingEndMarkerIsSaidWithoutMetadata) {
  ReadOptions bare;
  bare.keep_metadata = false;
  EXPECT_EQ(warnings_of(without_last(baseline_jpeg(), 2), bare), Words{kNoEnd});
}

TEST(JpegReader, BaselineCutAnywhereInsideIsAnError) {
  const Bytes file = baseline_jpeg();
  for (std::size_t missing = 3; missing <= file.size(); ++missing) {
    ASSERT_EQ(code_of([&] { (void)decode_image(without_last(file, missing), "x"); }),
              ErrorCode::kUnsupportedImage)
        << missing;
  }
}

TEST(JpegReader, ProgressiveCutAnywhereInsideIsAnError) {
  const Bytes file = progressive_jpeg();
  for (std::size_t missing = 3; missing <= file.size(); ++missing) {
    ASSERT_EQ(code_of([&] { (void)decode_image(without_last(file, missing), "x"); }),
              ErrorCode::kUnsupportedImage)
        << missing;
  }
}

TEST(JpegReader, ProgressiveCutBetweenScansIsAnError) {
  const Bytes file = progressive_jpeg();
  int scans = 0;
  for (std::size_t at = 2; at + 1 < file.size(); ++at) {
    const bool between = file[at] == 0xFF && (file[at + 1] == 0xC4 || file[at + 1] == kSos);
    if (!between) continue;
    const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(at));
    if (file[at + 1] == kSos) ++scans;
    if (scans == 0) continue;  // in front of the picture
    EXPECT_NE(message_of(cut).find("damaged JPEG: "), std::string::npos) << at;
  }
  EXPECT_EQ(scans, 10);  // libjpeg's usual script for three components
}

TEST(JpegReader, SeveralSequentialScansNeedTheirEndMarker) {
  Coding coding;
  coding.interleaved = false;
  const Bytes file = write_jpeg(gradient_picture(40, 24, 3), coding);
  EXPECT_NE(message_of(without_last(file, 2)).find("the file is truncated"), std::string::npos);
}

TEST(JpegReader, ArithmeticCodingNeedsItsEndMarker) {
  for (const bool progressive : {false, true}) {
    Coding coding;
    coding.arithmetic = true;
    coding.progressive = progressive;
    const Bytes file = write_jpeg(gradient_picture(40, 24, 3), coding);
    for (const std::size_t missing : {2, 3, 10, 100}) {
      EXPECT_NE(message_of(without_last(file, missing)).find("damaged JPEG"), std::string::npos)
          << missing;
    }
  }
}

TEST(JpegReader, OddScanParametersOfBaselineAreIgnored) {
  const Bytes file = baseline_jpeg();
  const auto expected = samples_of(file);
  const std::size_t sos = marker_position(file, kSos);
  const std::size_t behind = sos + 2U + file[sos + 3];
  for (const Bytes& odd :
       {Bytes{0, 0, 0}, Bytes{1, 63, 0}, Bytes{0, 63, 0x11}, Bytes{9, 5, 0xFF}, Bytes{0, 64, 0}}) {
    Bytes patched = file;
    std::copy(odd.begin(), odd.end(), patched.begin() + static_cast<std::ptrdiff_t>(behind - 3));
    const DecodedImage decoded = decode_with_warnings(patched, "x");
    EXPECT_EQ(decoded.image.samples, expected);
    EXPECT_EQ(decoded.warnings, Words{});
  }
}

TEST(JpegReader, ForeignProcessesAreRefusedByName) {
  const Bytes file = baseline_jpeg();
  const std::size_t sof = marker_position(file, kSof0);
  const auto refusal_of = [&](std::size_t offset, std::uint8_t value) {
    Bytes patched = file;
    patched[sof + offset] = value;
    return message_of(patched);
  };
  EXPECT_EQ(refusal_of(4, 12), "some.jpg: 12-bit JPEG is not handled");
  EXPECT_EQ(refusal_of(1, 0xC3), "some.jpg: lossless JPEG is not handled");
  EXPECT_EQ(refusal_of(1, 0xCB), "some.jpg: lossless JPEG is not handled");
  EXPECT_EQ(refusal_of(1, 0xC5), "some.jpg: hierarchical JPEG is not handled");
  EXPECT_EQ(refusal_of(1, 0xF7), "some.jpg: JPEG-LS is not handled");
}

TEST(JpegReader, CmykIsRefusedByName) {
  const std::string message = message_of(write_jpeg(noise_picture(16, 16, 4, 8), {}));
  EXPECT_EQ(message, "some.jpg: CMYK JPEG (convert it to RGB first) is not handled");
}

TEST(JpegReader, UnknownColourTransformIsAWarning) {
  Coding coding;
  coding.jfif = false;
  const Image picture = gradient_picture(40, 24, 3);
  const Bytes adobe = joined(bytes_of("Adobe"), {0, 100, 0, 0, 0, 0, 5});
  const DecodedImage decoded =
      decode_with_warnings(behind_start(write_jpeg(picture, coding), segment(0xEE, adobe)), "x");
  EXPECT_EQ(decoded.warnings, Words{"the JPEG names an unknown colour transform: taken for YCbCr"});
  EXPECT_EQ(decoded.image.samples, samples_of(write_jpeg(picture, {})));
}

TEST(JpegReader, ProfileOfSeveralSegmentsIsPutTogether) {
  const auto piece = profile_pieces();
  const Bytes icc = icc_profile("RGB ");
  const std::vector<Piece> orders[] = {
      {{1, 1, icc}},
      {{1, 3, piece[0]}, {2, 3, piece[1]}, {3, 3, piece[2]}},
      {{3, 3, piece[2]}, {1, 3, piece[0]}, {2, 3, piece[1]}},
      {{0, 3, piece[0]}, {1, 3, piece[1]}, {2, 3, piece[2]}},
      {{2, 3, piece[2]}, {1, 3, piece[1]}, {0, 3, piece[0]}},
  };
  for (const auto& order : orders) {
    const DecodedImage decoded = decode_with_warnings(jpeg_with_profile(order), "x");
    EXPECT_EQ(decoded.image.metadata.icc, icc);
    EXPECT_EQ(decoded.warnings, Words{});
  }
}

TEST(JpegReader, ProfileWithoutOneOfItsSegmentsIsAWarning) {
  const auto piece = profile_pieces();
  const Words damaged = {"a damaged ICC profile cannot be kept"};
  for (const std::vector<Piece>& rest : {std::vector<Piece>{{1, 3, piece[0]}, {2, 3, piece[1]}},
                                         std::vector<Piece>{{1, 3, piece[0]}, {3, 3, piece[2]}},
                                         std::vector<Piece>{{2, 3, piece[1]}, {3, 3, piece[2]}}}) {
    const DecodedImage decoded = decode_with_warnings(jpeg_with_profile(rest), "x");
    EXPECT_TRUE(decoded.image.metadata.icc.empty());
    EXPECT_EQ(decoded.warnings, damaged);
    ReadOptions bare;
    bare.keep_metadata = false;
    EXPECT_EQ(warnings_of(jpeg_with_profile(rest), bare), Words{});
  }
}

TEST(JpegReader, OddlyNumberedPiecesOfTheRightSizeAreBelieved) {
  const auto piece = profile_pieces();
  const Bytes file = jpeg_with_profile({{1, 1, piece[0]}, {1, 1, piece[1]}, {1, 1, piece[2]}});
  EXPECT_EQ(decode_image(file, "x").metadata.icc, icc_profile("RGB "));
}

TEST(JpegReader, FurtherPicturesAreSaid) {
  const Words expected = {"further pictures (MPF) cannot be kept"};
  EXPECT_EQ(warnings_of(jpeg_with(kApp2, std::string("MPF\0II*", 7))), expected);
  ReadOptions bare;
  bare.keep_metadata = false;
  EXPECT_EQ(warnings_of(jpeg_with(kApp2, "MPF"), bare), expected);
}

TEST(JpegReader, FillBytesInFrontOfAMarkerDoNotHideIt) {
  const Bytes filled = joined({0xFF, 0xFF}, segment(kApp2, bytes_of("MPF")));
  const DecodedImage decoded = decode_with_warnings(behind_start(baseline_jpeg(), filled), "x");
  EXPECT_EQ(decoded.warnings, Words{"further pictures (MPF) cannot be kept"});
  EXPECT_EQ(decoded.image.samples, samples_of(baseline_jpeg()));
}

TEST(JpegReader, MetadataThatIsNotReadIsSaid) {
  EXPECT_EQ(warnings_of(jpeg_with(kApp1, "http://ns.adobe.com/xmp/extension/")),
            Words{"extended XMP cannot be kept"});
  EXPECT_EQ(warnings_of(jpeg_with(0xED, "Photoshop 3.0")), Words{"IPTC cannot be kept"});
  EXPECT_EQ(warnings_of(jpeg_with(0xEB, "JP")),
            Words{"JUMBF (content credentials) cannot be kept"});
  ReadOptions bare;
  bare.keep_metadata = false;
  for (const int marker : {0xED, 0xEB}) {
    EXPECT_EQ(warnings_of(jpeg_with(marker, marker == 0xEB ? "JP" : "Photoshop 3.0"), bare),
              Words{});
  }
}

TEST(JpegReader, CommentsAndMakersSegmentsAreNotMissed) {
  EXPECT_EQ(warnings_of(jpeg_with(0xFE, "a comment")), Words{});
  EXPECT_EQ(warnings_of(jpeg_with(0xE4, "a maker's own")), Words{});
}

TEST(JpegReader, DataBehindTheEndIsSaidWithItsSize) {
  for (const Bytes& file : {baseline_jpeg(), progressive_jpeg()}) {
    const DecodedImage decoded = decode_with_warnings(joined(file, bytes_of("ftypmp42")), "x");
    EXPECT_EQ(decoded.warnings, Words{"what lies behind the picture (8 bytes) cannot be kept"});
    EXPECT_EQ(decoded.image.samples, samples_of(file));
    EXPECT_EQ(warnings_of(joined(file, Bytes(5000, 'v'))),
              Words{"what lies behind the picture (5000 bytes) cannot be kept"});
  }
}

TEST(JpegReader, PaddingBehindTheEndIsNotMissed) {
  EXPECT_EQ(warnings_of(joined(baseline_jpeg(), Bytes(100, 0))), Words{});
  EXPECT_EQ(warnings_of(joined(progressive_jpeg(), Bytes(1, 0))), Words{});
  EXPECT_EQ(warnings_of(joined(baseline_jpeg(), Bytes(7, 0xFF))), Words{});
}

TEST(JpegReader, AlteredBytesNeverCrash) {
  const Bytes file = jpeg_with(0xED, "Photoshop 3.0");
  for (std::size_t i = 0; i < file.size(); ++i) {
    Bytes altered = file;
    altered[i] ^= 0xFF;
    ReadOptions small;
    small.max_pixels = 1 << 16;
    try {
      const DecodedImage decoded = decode_with_warnings(altered, "x", small);
      EXPECT_EQ(decoded.image.samples.size(),
                decoded.image.pixels() * static_cast<std::size_t>(decoded.image.channels));
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == ErrorCode::kUnsupportedImage ||
                  error.code() == ErrorCode::kLimitExceeded)
          << i;
    }
  }
}

/// The file with zeros from its middle on, `more` of them behind its own length, and an end marker
/// or none.
Bytes zeroed_half(bool end_marker, std::size_t more) {
  Bytes file = encode_jpeg(noise_picture(64, 64, 3, 8), 95);
  std::fill(file.begin() + static_cast<std::ptrdiff_t>(file.size() / 2), file.end(),
            std::uint8_t{0});
  file.resize(file.size() + more);
  if (end_marker) file.insert(file.end(), {0xFF, 0xD9});
  return file;
}

TEST(JpegReader, ZerosInPlaceOfDataAreNotShownInSilence) {
  for (const bool end_marker : {false, true}) {
    for (const std::size_t more : {0, 100000}) {
      const Bytes file = zeroed_half(end_marker, more);
      try {
        EXPECT_NE(warnings_of(file), Words{}) << end_marker << more;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kUnsupportedImage);
      }
    }
  }
}

/// libjpeg reads ahead by a few bytes and forgets them, so that not every number of stray bytes is
/// seen.
TEST(JpegReader, AFewStrayBytesBeforeTheEndAreSaidAndManyAreDamage) {
  const Bytes whole = baseline_jpeg();
  const auto with_stray = [&](std::size_t count) {
    Bytes file = whole;
    file.insert(file.end() - 2, count, std::uint8_t{7});
    return file;
  };
  const Words said = {"bytes behind the last block belong to nothing: the JPEG may be damaged"};
  bool seen = false;
  for (std::size_t count = 1; count <= 8; ++count) {
    EXPECT_EQ(samples_of(with_stray(count)), samples_of(whole)) << count;
    seen = seen || warnings_of(with_stray(count)) == said;
  }
  EXPECT_TRUE(seen);
  EXPECT_NE(message_of(with_stray(40)).find("extraneous bytes"), std::string::npos);
}

}  // namespace
}  // namespace imgcnn::image
