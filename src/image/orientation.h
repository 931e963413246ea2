#pragma once
// Pictures that are stored on their side, brought upright.

#include "image/formats/reading.h"

namespace imgcnn::image {

/// Turns and mirrors the samples by an orientation of EXIF or TIFF, 1..8; others count as 1. What
/// the metadata says of the orientation becomes 1 then, in EXIF and XMP, so that nobody turns the
/// picture again, and the thumbnail in EXIF turns with the picture; one that cannot be turned is
/// taken out, with a warning.
void make_upright(Image& picture, int orientation, Warnings& warnings);

}  // namespace imgcnn::image
