#pragma once
// EXIF blocks: directories in the form of TIFF, of which the orientation and the thumbnail matter
// here.

#include <optional>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

/// The orientation that the main directory states, 1..8; 1 when it states none or the block is
/// damaged. Source: EXIF 2.32, section 4.6.4, tag 274.
[[nodiscard]] int exif_orientation(ByteSpan exif);

/// The orientation that the directory of the thumbnail states itself; nothing when it states none.
[[nodiscard]] std::optional<int> exif_thumbnail_orientation(ByteSpan exif);

/// States orientation 1, upright, in both directories, where they state one at all.
void reset_exif_orientation(Bytes& exif);

/// The bytes of the JPEG thumbnail; empty when there is none. Source: EXIF 2.32, section 4.5.5.
[[nodiscard]] ByteSpan exif_thumbnail(ByteSpan exif);

/// Whether there is a directory of a thumbnail, of whatever kind.
[[nodiscard]] bool has_exif_thumbnail(ByteSpan exif);

/// Puts another JPEG in the place of the thumbnail, at the end of the block where it is larger than
/// the one before. Requires: `exif_thumbnail` is not empty.
void replace_exif_thumbnail(Bytes& exif, ByteSpan jpeg);

/// Cuts the directory of the thumbnail off.
void remove_exif_thumbnail(Bytes& exif);

}  // namespace imgcnn::image
