#pragma once
// What the network is shown where pixels are coded beside it.

#include "imgcnn/image/image.h"
#include "pixel_blocks.h"
#include "rect.h"

namespace imgcnn::codec {

/// Replaces the samples of coded blocks, which a decoder lays over the network's, by a smooth
/// continuation of what lies around them, which costs the network least: of the nearest samples
/// above, below, left and right within the window `where` of the picture, the mean with weights 1 /
/// distance; grey where there is none.
[[nodiscard]] image::FloatImage fill_blocks(image::FloatImage rgb, const Rect& where,
                                            const PixelBlocks& blocks);

}  // namespace imgcnn::codec
