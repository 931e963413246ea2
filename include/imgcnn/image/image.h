#pragma once
// The picture as the user knows it: integer samples, interleaved, with its metadata.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

/// Blobs that travel with the samples, untouched. Empty = absent.
struct Metadata {
  Bytes icc;  ///< ICC profile
  /// TIFF-structured EXIF, without the "Exif\0\0" prefix of JPEG; orientation reset to 1.
  Bytes exif;
  Bytes xmp;  ///< XMP packet (UTF-8 XML)
};

/// An image of interleaved samples [height, width, channels], row-major, RGB order.
/// channels: 1 grey, 2 grey+alpha, 3 RGB, 4 RGBA. bit_depth: 8 (samples 0..255) or 16 (0..65535);
/// samples are stored as uint16_t for both.
struct Image {
  int width = 0;
  int height = 0;
  int channels = 0;
  int bit_depth = 8;
  std::vector<std::uint16_t> samples;  ///< size = width * height * channels
  Metadata metadata;

  [[nodiscard]] std::size_t pixels() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }
  [[nodiscard]] int max_value() const { return bit_depth == 16 ? 65535 : 255; }
  [[nodiscard]] bool has_alpha() const { return channels == 2 || channels == 4; }
  [[nodiscard]] int colour_channels() const { return channels <= 2 ? 1 : 3; }
};

/// Planar float image [channels, height, width], row-major; nominal range [0, 1].
struct FloatImage {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::vector<float> data;

  [[nodiscard]] std::size_t plane_size() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }
};

}  // namespace imgcnn::image
