#pragma once
// Integers and texts inside the bytes of a file; what lies past the end reads as zero or as absent.

#include <cstdint>
#include <cstring>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

/// True when `text` stands at `offset`.
[[nodiscard]] inline bool has_at(ByteSpan bytes, std::size_t offset, const char* text) {
  const std::size_t size = std::strlen(text);
  return offset <= bytes.size() && bytes.size() - offset >= size &&
         std::memcmp(bytes.data() + offset, text, size) == 0;
}

/// `count` bytes (up to 8) at `offset` as an unsigned integer, most significant byte first; 0 past
/// the end.
[[nodiscard]] inline std::uint64_t read_be(ByteSpan bytes, std::size_t offset, std::size_t count) {
  if (offset > bytes.size() || count > bytes.size() - offset) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[offset + i];
  return value;
}

/// `count` bytes (up to 8) at `offset` as an unsigned integer, least significant byte first; 0 past
/// the end.
[[nodiscard]] inline std::uint64_t read_le(ByteSpan bytes, std::size_t offset, std::size_t count) {
  if (offset > bytes.size() || count > bytes.size() - offset) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = count; i > 0; --i) value = value << 8 | bytes[offset + i - 1];
  return value;
}

/// Bytes from `offset` on, at most `count`; empty past the end.
[[nodiscard]] inline ByteSpan part(ByteSpan bytes, std::size_t offset,
                                   std::size_t count = SIZE_MAX) {
  if (offset >= bytes.size()) return {};
  const std::size_t left = bytes.size() - offset;
  return bytes.subspan(offset, count < left ? count : left);
}

/// An EXIF block without the prefix "Exif" and two zeros, which belongs to JPEG and which other
/// formats' writers put in.
[[nodiscard]] inline Bytes without_exif_prefix(ByteSpan exif) {
  return part(exif, has_at(exif, 0, "Exif") ? 6 : 0).to_bytes();
}

}  // namespace imgcnn::image
