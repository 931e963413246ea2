#pragma once
// Sizes that the network can take, and the way back.

#include <string>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"
#include "rect.h"

namespace imgcnn::codec {

/// Extends right and bottom by repeating the last column and row until both sides are multiples of
/// `multiple`.
[[nodiscard]] image::FloatImage pad_to_multiple(image::FloatImage picture, int multiple);

/// Adds the alpha channel of the `region` from its section (a PNG of the whole picture), or an
/// opaque one when the section is empty; shrunk as the picture is. Throws kCorrupt when the PNG is
/// not a grey picture of the size of `whole` and the picture's depth.
void restore_alpha(image::Image& picture, const Bytes& section, const Rect& whole,
                   const Rect& region, int shrink, const std::string& origin);

}  // namespace imgcnn::codec
