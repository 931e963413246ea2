// Recognising formats and reading sizes out of headers, before any decoder runs.
#include "formats.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

std::uint64_t read_le(ByteSpan bytes, std::size_t offset, std::size_t count) {
  return read_uint(bytes, offset, count, false);
}

/// Source: RFC 9649 (WebP container), RFC 6386 section 9.1 (VP8), WebP lossless bitstream section 3.
Dimensions webp_dimensions(ByteSpan bytes) {
  if (has_at(bytes, 12, "VP8X")) return {read_le(bytes, 24, 3) + 1, read_le(bytes, 27, 3) + 1};
  if (has_at(bytes, 12, "VP8L")) {
    const std::uint64_t bits = read_le(bytes, 21, 4);
    return {(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
  }
  if (has_at(bytes, 12, "VP8 ")) return {read_le(bytes, 26, 2) & 0x3FFF, read_le(bytes, 28, 2) & 0x3FFF};
  return {};
}

Dimensions bmp_dimensions(ByteSpan bytes) {
  if (read_le(bytes, 14, 4) == 12) return {read_le(bytes, 18, 2), read_le(bytes, 20, 2)};
  const auto height = static_cast<std::int32_t>(read_le(bytes, 22, 4));  // negative: top row first
  return {read_le(bytes, 18, 4), static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(height)))};
}

/// The next number of a PNM header, comments skipped; 0 when there is none.
std::uint64_t next_number(ByteSpan bytes, std::size_t& at) {
  while (at < bytes.size() && std::isdigit(bytes[at]) == 0) {
    if (bytes[at] == '#') {
      while (at < bytes.size() && bytes[at] != '\n') ++at;
    } else if (std::isspace(bytes[at]) == 0) {
      return 0;
    } else {
      ++at;
    }
  }
  std::uint64_t value = 0;
  for (; at < bytes.size() && std::isdigit(bytes[at]) != 0 && value < (1U << 31); ++at) {
    value = value * 10 + (bytes[at] - '0');
  }
  return value;
}

Dimensions pnm_dimensions(ByteSpan bytes) {
  std::size_t at = 2;
  Dimensions size;
  size.width = next_number(bytes, at);
  size.height = next_number(bytes, at);
  return size;
}

Metadata webp_metadata(ByteSpan bytes) {
  Metadata metadata;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::size_t size = read_le(bytes, at + 4, 4);
    if (size > bytes.size() - at - 8) break;
    const ByteSpan payload = bytes.subspan(at + 8, size);
    if (has_at(bytes, at, "ICCP")) metadata.icc = payload.to_bytes();
    if (has_at(bytes, at, "XMP ")) metadata.xmp = payload.to_bytes();
    // Some writers put JPEG's prefix in front.
    if (has_at(bytes, at, "EXIF")) {
      const std::size_t prefix = has_at(payload, 0, "Exif") && size >= 6 ? 6 : 0;
      metadata.exif = payload.subspan(prefix, size - prefix).to_bytes();
    }
    at += 8 + size + size % 2;
  }
  return metadata;
}

Dimensions tiff_dimensions(ByteSpan bytes) {
  constexpr std::uint64_t kWidthTag = 256;
  constexpr std::uint64_t kHeightTag = 257;
  Dimensions size;
  for (const TiffEntry& entry : tiff_directory(bytes).entries) {
    if (entry.tag == kWidthTag) size.width = entry.value;
    if (entry.tag == kHeightTag) size.height = entry.value;
  }
  return size;
}

Metadata tiff_metadata(ByteSpan bytes) {
  constexpr std::uint64_t kXmpTag = 700;
  constexpr std::uint64_t kIccTag = 34675;
  Metadata metadata;
  for (const TiffEntry& entry : tiff_directory(bytes).entries) {
    if (entry.value > bytes.size() || entry.count > bytes.size() - entry.value) continue;
    if (entry.tag == kXmpTag) metadata.xmp = bytes.subspan(entry.value, entry.count).to_bytes();
    if (entry.tag == kIccTag) metadata.icc = bytes.subspan(entry.value, entry.count).to_bytes();
  }
  return metadata;
}

}  // namespace

bool has_at(ByteSpan bytes, std::size_t offset, const char* text) {
  const std::size_t size = std::strlen(text);
  return bytes.size() >= offset + size && std::memcmp(bytes.data() + offset, text, size) == 0;
}

std::uint64_t read_uint(ByteSpan bytes, std::size_t offset, std::size_t count, bool big_endian) {
  if (offset > bytes.size() || count > bytes.size() - offset) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = value << 8 | bytes[offset + (big_endian ? i : count - 1 - i)];
  }
  return value;
}

TiffDirectory tiff_directory(ByteSpan bytes) {
  constexpr std::uint64_t kShortType = 3;
  const bool big_endian = bytes[0] == 'M';
  const std::size_t start = read_uint(bytes, 4, 4, big_endian);
  TiffDirectory directory;
  directory.entries.resize(read_uint(bytes, start, 2, big_endian));
  std::size_t at = start + 2;
  for (TiffEntry& entry : directory.entries) {
    const bool is_short = read_uint(bytes, at + 2, 2, big_endian) == kShortType;
    entry = {read_uint(bytes, at, 2, big_endian), read_uint(bytes, at + 4, 4, big_endian),
             read_uint(bytes, at + 8, is_short ? 2 : 4, big_endian)};
    at += 12;
  }
  directory.last = read_uint(bytes, at, 4, big_endian) == 0;
  return directory;
}

Format sniff_format(ByteSpan bytes) {
  if (has_at(bytes, 0, "\x89PNG\r\n\x1A\n")) return Format::kPng;
  if (has_at(bytes, 0, "\xFF\xD8\xFF")) return Format::kJpeg;
  if (has_at(bytes, 0, "RIFF") && has_at(bytes, 8, "WEBP")) return Format::kWebp;
  if (has_at(bytes, 0, "BM") && bytes.size() >= 26) return Format::kBmp;
  if (bytes.size() >= 8 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' && std::isspace(bytes[2]) != 0) {
    return Format::kPnm;
  }
  // Compared by number: "*\0" would end a C string.
  const std::uint64_t head = read_uint(bytes, 0, 4, true);
  if (head == 0x49492A00 || head == 0x4D4D002A) return Format::kTiff;
  return Format::kUnknown;
}

Dimensions sniff_dimensions(Format format, ByteSpan bytes) {
  switch (format) {
    case Format::kWebp:
      return webp_dimensions(bytes);
    case Format::kBmp:
      return bmp_dimensions(bytes);
    case Format::kPnm:
      return pnm_dimensions(bytes);
    case Format::kTiff:
      return tiff_dimensions(bytes);
    default:
      return {};
  }
}

void throw_unsupported(const std::string& origin, const std::string& problem) {
  throw Error(ErrorCode::kUnsupportedImage, origin + ": " + problem);
}

void check_limits(const Dimensions& size, const std::string& origin, const ReadOptions& options) {
  if (size.width == 0 || size.height == 0) throw_unsupported(origin, "no size in the picture's header");
  const std::string text = std::to_string(size.width) + "x" + std::to_string(size.height);
  const auto side = static_cast<std::uint64_t>(options.max_side);
  require(size.width <= side && size.height <= side, ErrorCode::kLimitExceeded,
          origin + ": " + text + " exceeds the side limit of " + std::to_string(side));
  require(size.width * size.height <= options.max_pixels, ErrorCode::kLimitExceeded,
          origin + ": " + text + " exceeds the limit of " + std::to_string(options.max_pixels) + " pixels");
}

std::uint32_t pnm_max_value(ByteSpan bytes) {
  if (bytes[1] == '1' || bytes[1] == '4') return 255;  // bitmaps have none; their decoder fills the range
  std::size_t at = 2;
  for (int i = 0; i < 2; ++i) static_cast<void>(next_number(bytes, at));
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(next_number(bytes, at), 1, 65535));
}

Metadata sniff_metadata(Format format, ByteSpan bytes) {
  if (format == Format::kWebp) return webp_metadata(bytes);
  if (format == Format::kTiff) return tiff_metadata(bytes);
  return {};
}

}  // namespace imgcnn::image
