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

/// Least PSNR in dB that `choose_pixels` leaves in 64 x 64 samples of a picture that it looks at
/// closely. Photographs stay above: of 26, the worst parts have 23.2 at quality 30, 25.9 at 60
/// and 26.9 at 90.
[[nodiscard]] double psnr_floor(double quality);

/// Chooses the blocks that cost less as pixels than by the network: bits + lambda * 255^2 * squared
/// error / 3, and those without which a part of the picture would lie below the floor. Pictures
/// that look like photographs have none, and take no more time than that look. plan: of the picture
/// as it stands; `pixels` and `samples` show it. `close`: the network is asked what it would make
/// of the blocks; without, all that look drawn and are cheap are taken.
[[nodiscard]] PixelChoice choose_pixels(const ModelParts& model, const PixelSource& pixels,
                                        const SampleSource& samples, const CodingPlan& plan,
                                        bool close);

/// All blocks, without loss.
[[nodiscard]] PixelChoice all_pixels(ThreadPool& pool, const SampleSource& samples,
                                     const CodingPlan& plan);

}  // namespace imgcnn::codec
