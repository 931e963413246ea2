#pragma once
// Which of the pictures in a TIFF file is the picture.

#include "image/formats/reading.h"
#include "image/formats/tiff_file.h"

namespace imgcnn::image {

/// Makes the directory of the picture the current one: of the full pictures, in the main chain and
/// in sub-directories, the first, or one that has at least four times its pixels, as a picture
/// behind its own thumbnail has. Reduced copies and masks are never taken where there is a full
/// picture. Warns of further pages and of masks. Throws kUnsupportedImage for camera raw files,
/// whose full picture is no RGB picture yet, and for a damaged first directory.
void select_tiff_page(const Source& source, TiffFile& file, Warnings& warnings);

}  // namespace imgcnn::image
