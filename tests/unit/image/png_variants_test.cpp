// PNG files that our own writer never makes: low depths, palettes, transparency by colour.
#include <gtest/gtest.h>

#include <string>

#include "imgcnn/image/image_io.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

void put_u32(Bytes& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// Source: PNG specification, annex D.
std::uint32_t crc32(const Bytes& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

/// A zlib stream of one stored block. Source: RFC 1950 and RFC 1951, section 3.2.4.
Bytes store(const Bytes& data) {
  const auto size = static_cast<std::uint8_t>(data.size());
  Bytes stream = {0x78, 0x01, 1, size, 0, static_cast<std::uint8_t>(~size), 0xFF};
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const std::uint8_t byte : data) {
    stream.push_back(byte);
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  put_u32(stream, b << 16 | a);
  return stream;
}

struct Chunk {
  std::string name;
  Bytes data;
};

/// A PNG of one row: `extra` chunks, then the row's bytes.
Bytes one_row_png(std::uint8_t width, std::uint8_t depth, std::uint8_t colour_type,
                  const std::vector<Chunk>& extra, const Bytes& row) {
  std::vector<Chunk> chunks = {{"IHDR", {0, 0, 0, width, 0, 0, 0, 1, depth, colour_type, 0, 0, 0}}};
  chunks.insert(chunks.end(), extra.begin(), extra.end());
  Bytes filtered = {0};
  filtered.insert(filtered.end(), row.begin(), row.end());
  chunks.push_back({"IDAT", store(filtered)});
  chunks.push_back({"IEND", {}});
  Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  for (const Chunk& chunk : chunks) {
    Bytes body(chunk.name.begin(), chunk.name.end());
    body.insert(body.end(), chunk.data.begin(), chunk.data.end());
    put_u32(file, static_cast<std::uint32_t>(chunk.data.size()));
    file.insert(file.end(), body.begin(), body.end());
    put_u32(file, crc32(body));
  }
  return file;
}

using Samples = std::vector<std::uint16_t>;
const Chunk kPalette = {"PLTE", {10, 20, 30, 40, 50, 60, 70, 80, 90}};

TEST(PngVariants, LowDepthsFillTheRange) {
  const Image bits = decode_image(one_row_png(8, 1, 0, {}, {0xA5}), "x");
  EXPECT_EQ(bits.channels, 1);
  EXPECT_EQ(bits.bit_depth, 8);
  EXPECT_EQ(bits.samples, (Samples{255, 0, 255, 0, 0, 255, 0, 255}));
  EXPECT_EQ(decode_image(one_row_png(4, 2, 0, {}, {0x1B}), "x").samples,
            (Samples{0, 85, 170, 255}));
  EXPECT_EQ(decode_image(one_row_png(2, 4, 0, {}, {0x1F}), "x").samples, (Samples{17, 255}));
}

TEST(PngVariants, PalettesBecomeColours) {
  const Image rgb = decode_image(one_row_png(3, 2, 3, {kPalette}, {0x18}), "x");
  EXPECT_EQ(rgb.channels, 3);
  EXPECT_EQ(rgb.samples, (Samples{10, 20, 30, 40, 50, 60, 70, 80, 90}));
  const Image rgba = decode_image(one_row_png(2, 8, 3, {kPalette, {"tRNS", {7}}}, {0, 2}), "x");
  EXPECT_EQ(rgba.channels, 4);
  EXPECT_EQ(rgba.samples, (Samples{10, 20, 30, 7, 70, 80, 90, 255}));
}

TEST(PngVariants, TransparentColoursBecomeAlpha) {
  const Image grey = decode_image(one_row_png(2, 8, 0, {{"tRNS", {0, 5}}}, {5, 6}), "x");
  EXPECT_EQ(grey.channels, 2);
  EXPECT_EQ(grey.samples, (Samples{5, 0, 6, 255}));
  const Image deep = decode_image(one_row_png(1, 16, 0, {{"tRNS", {1, 5}}}, {1, 5}), "x");
  EXPECT_EQ(deep.bit_depth, 16);
  EXPECT_EQ(deep.samples, (Samples{261, 0}));
}

TEST(PngVariants, TooLittleDataIsAnError) {
  EXPECT_EQ(code_of([] {
              (void)decode_image(one_row_png(4, 8, 0, {}, {1, 2, 3}), "x");
            }),
            ErrorCode::kUnsupportedImage);
}

TEST(PngVariants, HugeSidesAreRefusedBeforeRowsTakeMemory) {
  Bytes file = one_row_png(1, 8, 2, {}, {1, 2, 3});
  for (std::size_t i = 16; i < 20; ++i) file[i] = i == 16 ? 0x7F : 0xFF;
  const std::uint32_t crc = crc32(Bytes(file.begin() + 12, file.begin() + 29));
  for (int i = 0; i < 4; ++i)
    file[static_cast<std::size_t>(29 + i)] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  EXPECT_EQ(code_of([&] { (void)decode_image(file, "x"); }), ErrorCode::kLimitExceeded);
}

TEST(PngVariants, AShortFileCannotClaimAHugePicture) {
  Bytes file = one_row_png(1, 8, 6, {}, {1, 2, 3, 4});
  file[18] = file[22] = 0x40;  // 16384x16384 RGBA
  file[19] = file[23] = 0;
  const Bytes header(file.begin() + 12, file.begin() + 29);
  const std::uint32_t crc = crc32(header);
  for (int i = 0; i < 4; ++i)
    file[static_cast<std::size_t>(29 + i)] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  EXPECT_EQ(code_of([&] { (void)decode_image(file, "x"); }), ErrorCode::kUnsupportedImage);
}

}  // namespace
}  // namespace imgcnn::image
