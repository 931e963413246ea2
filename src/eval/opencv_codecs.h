#pragma once
// What evaluation alone needs from OpenCV.

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"

namespace imgcnn::eval {

/// Whether this OpenCV writes and reads JPEG 2000.
[[nodiscard]] bool has_jpeg2000();

/// Without alpha, at a thousandth part of the raw samples' size: share 1..1000. Throws
/// kUnsupportedImage, for sides below 32 pixels too.
[[nodiscard]] Bytes encode_jpeg2000(const image::Image& picture, int share);
/// Throws kUnsupportedImage.
[[nodiscard]] image::Image decode_jpeg2000(ByteSpan file);

/// Lossless WebP at 8 bits, for embedding. Throws kUnsupportedImage when the picture is too large for the format.
[[nodiscard]] Bytes encode_webp_lossless(const image::Image& picture);

}  // namespace imgcnn::eval
