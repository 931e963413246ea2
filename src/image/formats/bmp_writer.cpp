// Windows bitmaps with the header of 40 bytes that every program reads.
#include <cstddef>

#include "image/formats/writing.h"
#include "imgcnn/base/checked_math.h"

namespace imgcnn::image {
namespace {

constexpr std::size_t kHeaders = 14 + 40;
constexpr std::size_t kGreyPalette = 256 * 4;

/// Appends an integer of `count` bytes, 1..8, the least significant first.
void append(Bytes& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

Bytes encode_bmp(const Image& picture) {
  const bool grey = picture.channels == 1;
  const auto width = static_cast<std::size_t>(picture.width);
  const auto height = static_cast<std::size_t>(picture.height);
  const std::size_t row_samples = width * static_cast<std::size_t>(picture.channels);
  const std::size_t row_bytes = round_up(row_samples, std::size_t{4});
  const std::size_t pixels_at = kHeaders + (grey ? kGreyPalette : 0);
  const std::uint64_t file_bytes = pixels_at + std::uint64_t{row_bytes} * height;
  require(file_bytes <= 0xFFFFFFFF, ErrorCode::kInvalidArgument,
          "BMP: the picture takes more than 4 GiB");
  Bytes bytes;
  bytes.reserve(file_bytes);
  append(bytes, 0x4D42, 2);  // "BM"
  append(bytes, file_bytes, 4);
  append(bytes, 0, 4);
  append(bytes, pixels_at, 4);
  append(bytes, kHeaders - 14, 4);
  append(bytes, width, 4);
  append(bytes, height, 4);
  append(bytes, 1, 2);  // planes
  append(bytes, grey ? 8 : 24, 2);
  append(bytes, 0, 4);  // no compression
  append(bytes, row_bytes * height, 4);
  bytes.insert(bytes.end(), 16, 0);  // resolution unknown, whole palette
  for (std::uint64_t level = 0; grey && level < 256; ++level) append(bytes, level * 0x010101, 4);
  for (std::size_t y = height; y > 0; --y) {  // the lowest row comes first
    const std::uint16_t* const row = picture.samples.data() + (y - 1) * row_samples;
    for (std::size_t i = 0; i < row_samples; ++i) {
      const std::size_t blue_first = grey ? i : i / 3 * 3 + (2 - i % 3);
      bytes.push_back(static_cast<std::uint8_t>(row[blue_first]));
    }
    bytes.insert(bytes.end(), row_bytes - row_samples, 0);
  }
  return bytes;
}

}  // namespace imgcnn::image
