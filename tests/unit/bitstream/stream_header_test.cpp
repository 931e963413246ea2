// Header bytes and byte-wise numbers, pinned to the written format.

#include "imgcnn/bitstream/stream_header.h"

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"

namespace imgcnn::bitstream {
namespace {

// Replaces the checksum of a header by the right one.
Bytes resealed(Bytes header) {
  header.resize(header.size() - 4);
  ByteWriter writer;
  writer.append(header);
  writer.u32(checksum(header));
  return writer.take();
}

ErrorCode read_code(const Bytes& bytes) {
  try {
    ByteReader reader(bytes);
    (void)read_header(reader, "a.cnz");
  } catch (const Error& e) {
    return e.code();
  }
  return ErrorCode::kInternal;
}

Bytes header_bytes(const StreamHeader& header) {
  ByteWriter writer;
  write_header(writer, header);
  return writer.take();
}

StreamHeader small() {
  StreamHeader header;
  header.width = 5;
  header.height = 200;
  header.quality16 = 0x0123;
  header.tile = 16;
  header.coarse = 24;
  header.model_id = {10, 11, 12, 13, 14, 15, 16, 17};
  return header;
}

TEST(StreamHeader, BytesAreThoseOfTheFormat) {
  const Bytes expected = {0x89, 'C', 'N', 'Z', 1,  2,  5,  0xC8, 0x01, 0x23, 0x01,
                          16,   24,  10,  11,  12, 13, 14, 15,   16,   17};
  const Bytes bytes = header_bytes(small());
  ASSERT_EQ(bytes.size(), expected.size() + 4);
  EXPECT_EQ(Bytes(bytes.begin(), bytes.end() - 4), expected);
  EXPECT_EQ(read_code(resealed(bytes)), ErrorCode::kInternal);
}

TEST(StreamHeader, AnyTileAndAnyNumberOfCoarseChannelsSurvives) {
  for (const int value : {0, 1, 255}) {
    StreamHeader header = small();
    header.tile = value;
    header.coarse = 255 - value;
    const Bytes bytes = header_bytes(header);
    ByteReader reader(bytes);
    const StreamHeader read = read_header(reader, "x");
    EXPECT_EQ(read.tile, value);
    EXPECT_EQ(read.coarse, 255 - value);
  }
}

TEST(StreamHeader, ContextCodingIsOneFlag) {
  StreamHeader header = small();
  const Bytes plain = header_bytes(header);
  header.context_coded = true;
  const Bytes coded = header_bytes(header);
  EXPECT_EQ(coded.size(), plain.size());
  EXPECT_EQ(coded[5], plain[5] | 0x10);
  ByteReader reader(coded);
  EXPECT_TRUE(read_header(reader, "x").context_coded);
}

TEST(StreamHeader, TurnsAreTwoFlagsAndChangeTheSizeThatIsCoded) {
  StreamHeader header = small();
  const Bytes plain = header_bytes(header);
  EXPECT_EQ(header.coded_width(), 5U);
  header.mirrored = true;
  EXPECT_EQ(header_bytes(header)[5], plain[5] | 0x40);
  header.transposed = true;
  const Bytes turned = header_bytes(header);
  EXPECT_EQ(turned[5], plain[5] | 0xC0);
  ByteReader reader(turned);
  const StreamHeader read = read_header(reader, "x");
  EXPECT_TRUE(read.mirrored && read.transposed);
  EXPECT_EQ(read.width, 5U);
  EXPECT_EQ(read.coded_width(), 200U);
  EXPECT_EQ(read.coded_height(), 5U);
}

TEST(StreamHeader, SealedNonsenseIsRefused) {
  const Bytes good = header_bytes(small());
  const auto with = [&](std::size_t position, std::uint8_t value) {
    Bytes bytes = good;
    bytes[position] = value;
    return resealed(bytes);
  };
  EXPECT_EQ(read_code(with(6, 0)), ErrorCode::kCorrupt);      // no width
  EXPECT_EQ(read_code(with(8, 0)), ErrorCode::kCorrupt);      // height in a needless second byte
  EXPECT_EQ(read_code(with(10, 0x07)), ErrorCode::kCorrupt);  // quality beyond 100
  // Reserved
  EXPECT_EQ(read_code(with(5, static_cast<std::uint8_t>(good[5] | 0x20))), ErrorCode::kCorrupt);
  EXPECT_EQ(read_code(with(4, 2)), ErrorCode::kUnsupportedVersion);

  StreamHeader preprocessed = small();
  preprocessed.preprocess.contrast = 2.0F;
  Bytes bytes = header_bytes(preprocessed);
  EXPECT_EQ(bytes.size(), good.size() + 20);
  const std::size_t contrast = 21 + 4;
  bytes[contrast + 3] = 0x7F;
  bytes[contrast + 2] = 0x80;  // infinity
  EXPECT_EQ(read_code(resealed(bytes)), ErrorCode::kCorrupt);
  bytes[contrast + 3] = 0x3F;  // 1: the identity is not stored
  EXPECT_EQ(read_code(resealed(bytes)), ErrorCode::kCorrupt);
}

TEST(ByteIo, Leb128RoundTripsAndHasOneForm) {
  for (const std::uint32_t value : {0U, 1U, 127U, 128U, 16383U, 16384U, 65535U, 0xFFFFFFFFU}) {
    ByteWriter writer;
    writer.leb128(value);
    ByteReader reader(writer.bytes());
    EXPECT_EQ(reader.leb128(), value);
    EXPECT_EQ(reader.remaining(), 0U);
    EXPECT_EQ(reader.fault(), ByteReader::Fault::kNone);
  }
  for (const Bytes& bytes : {Bytes{0x80, 0x00}, Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x10},
                             Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x8F, 0x01}}) {
    ByteReader reader(bytes);
    EXPECT_EQ(reader.leb128(), 0U);
    EXPECT_EQ(reader.fault(), ByteReader::Fault::kNotCanonical);
  }
  const Bytes open = {0x80};
  ByteReader reader(open);
  EXPECT_EQ(reader.leb128(), 0U);
  EXPECT_EQ(reader.fault(), ByteReader::Fault::kTruncated);
}

TEST(ByteIo, FirstFaultSticks) {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u16(), 0x0201);
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_TRUE(reader.take(0).empty());
  EXPECT_EQ(reader.fault(), ByteReader::Fault::kTruncated);
}

}  // namespace
}  // namespace imgcnn::bitstream
