#pragma once
// The tags of a TIFF directory that are not about its samples: metadata that is kept, and what
// cannot be.

#include "image/formats/reading.h"
#include "image/formats/tiff_file.h"

namespace imgcnn::image {

/// Returns ICC profile and XMP of the current directory. Warns of EXIF, GPS, IPTC, GeoTIFF,
/// Photoshop's and unknown tags, of gamma and primaries that are not those of sRGB and have no
/// profile beside them, and of tags that libtiff ignored as damaged. Texts about the file, its
/// author and its program are comments, and the print resolution is no part of the picture: both go
/// in silence.
[[nodiscard]] Metadata read_tiff_tags(const TiffFile& file, Warnings& warnings);

}  // namespace imgcnn::image
