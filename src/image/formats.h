#pragma once
// What the files of this layer share: which format bytes are in, and the coders of each.

#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::image {

enum class Format { kPng, kJpeg, kWebp, kBmp, kPnm, kTiff, kUnknown };

/// By the first bytes.
[[nodiscard]] Format sniff_format(ByteSpan bytes);

/// Width and height as the header states them.
struct Dimensions {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};

/// From the header of a WebP, BMP, PNM or TIFF file; zeros when it cannot be understood.
[[nodiscard]] Dimensions sniff_dimensions(Format format, ByteSpan bytes);

/// The message "`origin`: `problem`" as kUnsupportedImage.
[[noreturn]] void throw_unsupported(const std::string& origin, const std::string& problem);

/// Throws kUnsupportedImage for an empty picture, kLimitExceeded for one beyond the options' limits.
void check_limits(const Dimensions& size, const std::string& origin, const ReadOptions& options);

/// Each keeps the metadata and leaves the orientation alone.
[[nodiscard]] Image decode_png(ByteSpan bytes, const std::string& origin, const ReadOptions& options);
[[nodiscard]] Image decode_jpeg(ByteSpan bytes, const std::string& origin, const ReadOptions& options);
/// WebP, BMP, PNM and TIFF; orientation of TIFF is applied already.
[[nodiscard]] Image decode_other(Format format, ByteSpan bytes, const std::string& origin, const ReadOptions& options);

/// ".tiff", ".bmp", ".webp" by OpenCV; `quality` is for WebP. Channels and depth must be what the format can hold.
[[nodiscard]] Bytes encode_other(const Image& picture, const std::string& extension, int quality);

/// One entry of a TIFF directory.
struct TiffEntry {
  std::uint64_t tag = 0;
  std::uint64_t count = 0;
  std::uint64_t value = 0;  ///< the value itself, or where it stands in the file
};

/// The first directory of a classic TIFF.
struct TiffDirectory {
  std::vector<TiffEntry> entries;
  bool last = true;  ///< false: another picture follows
};

/// Of a file that sniffs as TIFF; what lies past its end reads as zeros. Source: TIFF 6.0, section 2.
[[nodiscard]] TiffDirectory tiff_directory(ByteSpan bytes);

/// True when `text` stands at `offset`.
[[nodiscard]] bool has_at(ByteSpan bytes, std::size_t offset, const char* text);

/// `count` bytes at `offset` as an unsigned integer; 0 past the end.
[[nodiscard]] std::uint64_t read_uint(ByteSpan bytes, std::size_t offset, std::size_t count, bool big_endian);

/// Metadata of a WebP file (all three) or a TIFF file (ICC and XMP); what is not there stays empty.
[[nodiscard]] Metadata sniff_metadata(Format format, ByteSpan bytes);

/// The sample value that means white in a PNM file, 1..65535.
[[nodiscard]] std::uint32_t pnm_max_value(ByteSpan bytes);

/// Turns and mirrors the picture as its EXIF asks, and resets that tag to 1.
void apply_orientation(Image& picture);

}  // namespace imgcnn::image
