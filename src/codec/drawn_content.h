#pragma once
// Whether a picture holds what networks that learned from photographs cannot draw: text, lines, few
// colours, noise.

#include "coding_plan.h"
#include "pixel_blocks.h"
#include "pixel_writer.h"

namespace imgcnn::codec {

/// What a look at the samples tells, at a hundredth of the cost of coding them.
struct DrawnContent {
  PixelBlocks blocks;  ///< that may be cheap as pixels: half of their samples are like a neighbour,
                       ///< or of few colours
  bool is_drawn = false;  ///< blocks with contrast whose samples are like their neighbours, or of
                          ///< few colours, are more than photographs have
  bool is_rough = false;  ///< some part is rougher than photographs are
};

/// Looks at a picture.
[[nodiscard]] DrawnContent find_drawn_content(const SampleSource& picture, const CodingPlan& plan);

}  // namespace imgcnn::codec
