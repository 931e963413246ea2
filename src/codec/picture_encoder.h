#pragma once
// A picture to its sections, tile by tile: memory beyond the picture itself is that of a few tiles.

#include <functional>
#include <vector>

#include "coding_plan.h"
#include "model_parts.h"
#include "pixel_blocks.h"
#include "rect.h"
#include "symbol_choice.h"
#include "symbol_writer.h"
#include "tiled_transform.h"

namespace imgcnn::codec {

/// Tiles of a plan that go through the network together.
[[nodiscard]] std::vector<TileBlock> network_blocks(const CodingPlan& plan);

/// Codes an upright picture. Where `pixels` cover the latent, its symbols stand for what is
/// expected. progress: as AnnealOptions; one call at a time, on any thread.
[[nodiscard]] CodedLatent encode_picture(const ModelParts& model, const PixelSource& picture,
                                         const PixelBlocks& pixels, const CodingPlan& plan,
                                         const EffortPlan& effort,
                                         const std::function<void(double)>& progress);

/// A plan, and what it would cost to keep the picture upright.
struct OrientedPlan {
  CodingPlan plan;
  double upright_cost = 0.0;
};

/// The plan with the orientation of least cost at the default effort.
[[nodiscard]] OrientedPlan choose_orientation(const ModelParts& model, const PixelSource& picture,
                                              const PixelBlocks& pixels, const CodingPlan& plan);

}  // namespace imgcnn::codec
