#pragma once
// Sizes that the network can take, and the way back.

#include <string>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"

namespace imgcnn::codec {

/// Extends right and bottom by repeating the last column and row until both sides are multiples of `multiple`.
[[nodiscard]] image::FloatImage pad_to_multiple(const image::FloatImage& picture, int multiple);

/// The top left `width` x `height` samples. Requires: no larger than the picture.
[[nodiscard]] image::FloatImage crop(const image::FloatImage& picture, int width, int height);

/// Adds the alpha channel from its section (a PNG), or an opaque one when the section is empty. Throws kCorrupt when the PNG is
/// not a grey picture of the same size and depth.
void restore_alpha(image::Image& picture, const Bytes& section, const std::string& origin);

}  // namespace imgcnn::codec
