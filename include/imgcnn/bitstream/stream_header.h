#pragma once
// The fixed part at the start of a .cnz file. Layout: src/bitstream/FORMAT.md.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/bitstream/byte_io.h"

namespace imgcnn::bitstream {

/// Version that is written; the only one that is read.
constexpr int kFormatVersion = 1;

/// Preprocessing as recorded; meaning and ranges are those of image::Preprocess: brightness [-1,
/// 1], contrast [0.1, 10], gain [0.1, 10]. The default is the identity, which takes no room in the
/// file.
struct StreamPreprocess {
  float brightness = 0.0F;
  float contrast = 1.0F;
  std::array<float, 3> gain = {1.0F, 1.0F, 1.0F};  ///< R, G, B

  [[nodiscard]] bool is_identity() const;
};

/// What a file says about itself.
struct StreamHeader {
  std::uint32_t width = 0;   ///< pixels, >= 1
  std::uint32_t height = 0;  ///< pixels, >= 1
  int channels = 3;          ///< 1 grey, 2 grey+alpha, 3 RGB, 4 RGBA
  int bit_depth = 8;         ///< 8 or 16
  int quality16 = 0;         ///< quality in sixteenths: 0..1600
  /// Largest side of a tile in units of four latent positions, 0..255; 0: one tile, however large.
  int tile = 0;
  /// Channels of the latent in section 'coarse', 0..255; 0: all of them, there is no other section.
  int coarse = 0;
  std::array<std::uint8_t, 8> model_id = {};  ///< first bytes of the model's tensor_digest
  /// Symbols by the model's context coders, not by its tables alone.
  bool context_coded = false;
  bool mirrored = false;  ///< what is coded has left and right changed
  /// What is coded has, after that, rows and columns changed.
  bool transposed = false;
  StreamPreprocess preprocess;

  /// Size of what is coded.
  [[nodiscard]] std::uint32_t coded_width() const { return transposed ? height : width; }
  [[nodiscard]] std::uint32_t coded_height() const { return transposed ? width : height; }
};

/// Largest picture that is accepted; checked before anything is allocated for it.
struct ParseLimits {
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  std::uint32_t max_side = 65535;  ///< pixels
};

/// Checksum of headers, sections and symbols: the low 32 bits of XXH64.
[[nodiscard]] std::uint32_t checksum(ByteSpan bytes);

/// Appends magic, version, fields and checksum. Throws kInvalidArgument for a field out of its
/// range.
void write_header(ByteWriter& writer, const StreamHeader& header);

/// Whether a file begins as .cnz files do.
[[nodiscard]] bool is_cnz_file(ByteSpan file);

/// Reads a header from the start of a file. Throws kNotACnzFile, kUnsupportedVersion, kTruncated,
/// kCorrupt; `origin` names the file in messages. Picture limits are not checked here.
[[nodiscard]] StreamHeader read_header(ByteReader& reader, const std::string& origin);

/// Throws kLimitExceeded when the picture is larger than the limits allow.
void check_limits(const StreamHeader& header, const ParseLimits& limits, const std::string& origin);

}  // namespace imgcnn::bitstream
