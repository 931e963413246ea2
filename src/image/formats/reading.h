#pragma once
// What the readers of picture files share: the file at hand, limits, refusals and warnings.

#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::image {

/// The file that a reader works on.
struct Source {
  ByteSpan bytes;
  const std::string& origin;  ///< names the file in messages
  const ReadOptions& options;
};

/// What a picture made of a file does not hold, one phrase each, no phrase twice.
class Warnings {
 public:
  /// Without `metadata_wanted`, lost metadata is nobody's concern and is not noted.
  explicit Warnings(bool metadata_wanted) : metadata_wanted_(metadata_wanted) {}

  /// Notes "`what` cannot be kept".
  void lost(const std::string& what) { add(what + " cannot be kept"); }
  /// Notes "`what` cannot be kept" of metadata: profiles, EXIF, XMP and the like.
  void lost_metadata(const std::string& what) {
    if (metadata_wanted_) lost(what);
  }
  /// Notes a sentence that says itself what is the matter.
  void add(const std::string& sentence);

  [[nodiscard]] std::vector<std::string> take() { return std::move(phrases_); }

 private:
  bool metadata_wanted_;
  std::vector<std::string> phrases_;
};

/// Width and height as a header states them, in pixels.
struct Dimensions {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};

/// Throws kUnsupportedImage: "ORIGIN: `feature` is not handled".
[[noreturn]] void refuse(const Source& source, const std::string& feature);

/// Throws kUnsupportedImage: "ORIGIN: damaged `format`: `reason`".
[[noreturn]] void damaged(const Source& source, const char* format, const std::string& reason);

/// Throws kUnsupportedImage for an empty picture, kLimitExceeded for one beyond the options'
/// limits.
void check_limits(const Source& source, const Dimensions& size);

/// A picture of zeros, to be filled by a reader. Call `check_limits` before. channels: 1..4,
/// bit_depth: 8 or 16.
[[nodiscard]] Image make_picture(const Dimensions& size, int channels, int bit_depth);

/// Warns of what lies behind the picture in its file, unless it is padding of zeros or of 0xFF
/// alone.
void warn_of_trailing_bytes(ByteSpan rest, Warnings& warnings);

/// Scales a sample from 0..`from` to 0..`to`, rounding half up.
[[nodiscard]] inline std::uint16_t rescale(std::uint32_t value, std::uint32_t from,
                                           std::uint32_t to) {
  return static_cast<std::uint16_t>((std::uint64_t{value} * to + from / 2) / from);
}

/// The highest value of a sample of so many bits, 1..16.
[[nodiscard]] inline std::uint32_t max_of_bits(int bits) { return (std::uint32_t{1} << bits) - 1; }

// The readers, one for each format. Each returns the picture with its metadata, in the orientation
// in which it is stored, but for `read_tiff`, whose orientation stands in a tag of TIFF and is
// applied. Each throws kUnsupportedImage for what is damaged or not handled, kLimitExceeded for
// what is too large.
[[nodiscard]] Image read_png(const Source& source, Warnings& warnings);
[[nodiscard]] Image read_jpeg(const Source& source, Warnings& warnings);
[[nodiscard]] Image read_webp(const Source& source, Warnings& warnings);
[[nodiscard]] Image read_tiff(const Source& source, Warnings& warnings);
[[nodiscard]] Image read_bmp(const Source& source, Warnings& warnings);
[[nodiscard]] Image read_pnm(const Source& source, Warnings& warnings);
[[nodiscard]] Image read_pam(const Source& source, Warnings& warnings);

}  // namespace imgcnn::image
