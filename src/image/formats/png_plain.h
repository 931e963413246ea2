#pragma once
// The usual kind of PNG, read in half of the time that libpng and zlib take.

#include <optional>

#include "image/formats/reading.h"

namespace imgcnn::image {

/// Reads grey and RGB of 8 or 16 bits, with or without alpha, not interlaced, by libdeflate;
/// metadata is left out.
///
/// Nothing for all other kinds, and where anything is amiss: then libpng shall read the file and
/// say what it thinks of it. Throws kLimitExceeded for pictures beyond the options' limits, before
/// memory is taken.
[[nodiscard]] std::optional<Image> read_plain_png(const Source& source);

}  // namespace imgcnn::image
