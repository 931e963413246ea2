#pragma once
// The ancillary chunks of a PNG: metadata that is kept, and what cannot be.

#include "image/formats/reading.h"

namespace imgcnn::image {

/// Walks over all chunks, from the first to the last byte of the file, whatever libpng thinks of
/// them: it drops profiles that do not fit the colour type, large texts and damaged chunks without
/// a word.
///
/// Returns ICC profile, EXIF (from the chunk eXIf or a raw-profile text) and XMP. Warns of
/// animation frames, colour descriptions, IPTC, damaged metadata and data behind the picture.
/// Throws kUnsupportedImage when the transparency of the picture is damaged, as libpng would show
/// the picture opaque.
[[nodiscard]] Metadata read_png_chunks(const Source& source, Warnings& warnings);

}  // namespace imgcnn::image
