#pragma once
// Picture files to `Image` and back, with their metadata and without silent losses.

#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"

namespace imgcnn::image {

struct ReadOptions {
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  int max_side = 65535;
  bool keep_metadata = true;  ///< false: `Image::metadata` stays empty
};

/// A decoded picture, and what of its file it does not hold.
struct DecodedImage {
  Image image;
  /// Phrases for the user, without the file's name, such as "EXIF cannot be kept" or "the JPEG has
  /// no end marker"; empty when the picture holds all of the file. Metadata counts when the options
  /// keep it; comments, text chunks, the segments of camera makers and the print resolution do not.
  std::vector<std::string> warnings;
};

/// Decodes a picture: PNG, JPEG, WebP, TIFF, BMP, PBM/PGM/PPM or PAM, by its contents, not by its
/// name.
///
/// Palettes become RGB(A), samples of fewer than 8 bits become 8 bits and those of 9 to 15 become
/// 16, associated alpha is divided out of the colours. The orientation of EXIF or TIFF is applied,
/// and reset to 1 in the metadata that is kept; the thumbnail in EXIF turns with the picture.
/// Limits hold before the samples are allocated. `origin` names the picture in messages. What is
/// not understood entirely is refused by the name of the feature. Throws kUnsupportedImage (no
/// picture, damaged, truncated, or of a kind that is not handled) and kLimitExceeded.
[[nodiscard]] DecodedImage decode_with_warnings(ByteSpan bytes, const std::string& origin,
                                                const ReadOptions& options = {});

/// Decodes as `decode_with_warnings` does, for callers who do not ask what is left out.
[[nodiscard]] Image decode_image(ByteSpan bytes, const std::string& origin,
                                 const ReadOptions& options = {});

/// `decode_image` of a file, or of standard input for "-". Throws kIo when it cannot be read.
[[nodiscard]] Image read_image(const std::string& path, const ReadOptions& options = {});

constexpr int kMaxPngLevel = 9;

/// How PNG is written. The samples are the same whatever these say, and the bytes do not depend on
/// the threads.
struct PngOptions {
  int level = 6;    ///< 0 (stored) .. kMaxPngLevel (smallest, and far slower than the one before)
  int threads = 1;  ///< 0 = all cores
};

/// The picture in the format that the extension names: ".png", ".jpg", ".jpeg", ".jpe", ".jfif",
/// ".webp", ".tif",
/// ".tiff", ".bmp", ".dib", ".ppm", ".pgm", ".pnm", ".pam" (any case, with or without the dot).
/// JPEG and WebP at `kLossyQuality`, PNG as its options say. What the format cannot keep is
/// dropped: see `unkept`. Throws kInvalidArgument (unknown extension, too large for the format).
[[nodiscard]] Bytes encode_image(const Image& picture, const std::string& extension,
                                 const PngOptions& png = {});

/// Quality of the lossy formats in `encode_image`.
constexpr int kLossyQuality = 95;

/// What `encode_image` would drop, in words ("alpha", "16-bit samples", "ICC profile", "EXIF",
/// "XMP"); empty = nothing.
[[nodiscard]] std::vector<std::string> unkept(const Image& picture, const std::string& extension);

/// PNG with 1 to 4 channels of 8 or 16 bits and the metadata. Lossless. Throws kInvalidArgument for
/// a level out of range and for metadata of 2^31 bytes or more.
[[nodiscard]] Bytes encode_png(const Image& picture, const PngOptions& options = {});

/// Baseline JPEG, chroma 4:2:0, optimized Huffman tables, with the metadata. Alpha is dropped, 16
/// bits become 8. quality: 0..100.
[[nodiscard]] Bytes encode_jpeg(const Image& picture, int quality);

/// WebP with the metadata; 16 bits become 8. quality: 1..100 lossy, 101 lossless. Throws
/// kInvalidArgument for more than 16383 pixels a side.
[[nodiscard]] Bytes encode_webp(const Image& picture, int quality);

/// Whether a name has the extension of a format that is read, in any case: those of `encode_image`
/// and ".pbm".
[[nodiscard]] bool is_picture_name(const std::string& path);

/// The pictures of a folder, by name, sorted; `recursive` enters sub-folders. A path that is no
/// folder gives itself. Throws kIo when it does not exist, or when it or a sub-folder cannot be
/// listed.
[[nodiscard]] std::vector<std::string> list_images(const std::string& path, bool recursive);

}  // namespace imgcnn::image
