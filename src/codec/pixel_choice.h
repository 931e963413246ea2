#pragma once
// The encoder's decision which blocks of a picture are coded as pixels.

#include "coding_plan.h"
#include "imgcnn/base/byte_span.h"
#include "model_parts.h"
#include "pixel_blocks.h"
#include "pixel_writer.h"
#include "tiled_transform.h"

namespace imgcnn::codec {

/// Blocks and the section that holds them; both empty where there are none.
struct PixelChoice {
  PixelBlocks blocks;
  Bytes section;
};

/// Chooses the blocks that cost less as pixels than by the network: bits + lambda * 255^2 * squared
/// error. `pixels` and `samples` show the same picture. plan: of the picture as it stands.
[[nodiscard]] PixelChoice choose_pixels(const ModelParts& model, const PixelSource& pixels,
                                        const SampleSource& samples, const CodingPlan& plan);

/// All blocks, exactly.
[[nodiscard]] PixelChoice all_pixels(ThreadPool& pool, const SampleSource& samples,
                                     const CodingPlan& plan);

}  // namespace imgcnn::codec
