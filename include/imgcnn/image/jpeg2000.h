#pragma once
// JPEG 2000 through OpenCV, to compare with: not a format that the program reads or writes for its users.

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"

namespace imgcnn::image {

/// Whether this OpenCV writes and reads JPEG 2000.
[[nodiscard]] bool has_jpeg2000();

/// Without alpha, at a thousandth part of the raw samples' size: share 1..1000. Throws
/// kUnsupportedImage, for sides below 32 pixels too.
[[nodiscard]] Bytes encode_jpeg2000(const Image& picture, int share);

/// Throws kUnsupportedImage.
[[nodiscard]] Image decode_jpeg2000(ByteSpan file);

}  // namespace imgcnn::image
