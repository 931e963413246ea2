// Plans from headers, and the encoder's own.

#include "coding_plan.h"

#include <algorithm>
#include <utility>

#include "imgcnn/base/error.h"

namespace imgcnn::codec {
namespace {

/// Largest side of a tile that the encoder makes, in units of four positions: small enough that a
/// picture of two megapixels keeps several cores busy, large enough that it costs nothing that
/// contexts do not see across its border: predictions that start anew follow the place better.
constexpr int kTile = 16;

/// Channels that the encoder puts into section 'coarse'. Measured on five validation pictures at
/// qualities 30, 60 and 90 (`fast`): with 28 the preview is within 43 dB of that of all channels,
/// with 27 within 40, with 20 to 26 within 36, with 16 within 34. The channels are ordered by
/// frequency, not by what a mean of 8x8 samples keeps of them, so 28 take two fifths of a file at
/// quality 30, a fourth to a third at 60, a fifth at 90, and more where there is little to see.
constexpr int kCoarse = 28;

}  // namespace

CodingPlan CodingPlan::read(const bitstream::StreamHeader& header, const model::ModelConfig& config,
                            const std::string& origin) {
  require(header.coarse < config.latent_channels, ErrorCode::kCorrupt,
          origin + ": header: more coarse channels than the model has");
  CodingPlan plan;
  plan.width = static_cast<int>(header.width);
  plan.height = static_cast<int>(header.height);
  plan.quality16 = header.quality16;
  plan.context = header.context_coded;
  plan.tile = header.tile;
  plan.coarse = header.coarse;
  return plan.oriented({header.mirrored, header.transposed});
}

CodingPlan CodingPlan::make(int width, int height, int quality16, bool context,
                            const model::ModelConfig& config) {
  CodingPlan plan;
  plan.width = width;
  plan.height = height;
  plan.quality16 = quality16;
  plan.context = context;
  const LatentSize size = plan.latent();
  plan.tile = std::max(size.width, size.height) > TileGrid::kTileUnit * kTile ? kTile : 0;
  // Only channels of a block transform are ordered by what a preview needs.
  plan.coarse = config.hyper_channels > 0 ? std::min(kCoarse, config.latent_channels / 2) : 0;
  return plan;
}

void CodingPlan::write(bitstream::StreamHeader& header) const {
  header.width = static_cast<std::uint32_t>(picture_width());
  header.height = static_cast<std::uint32_t>(picture_height());
  header.mirrored = orientation.mirrored;
  header.transposed = orientation.transposed;
  header.quality16 = quality16;
  header.context_coded = context;
  header.tile = tile;
  header.coarse = coarse;
}

CodingPlan CodingPlan::oriented(const Orientation& other) const {
  CodingPlan plan = *this;
  plan.orientation = other;
  if (other.transposed != orientation.transposed) std::swap(plan.width, plan.height);
  return plan;
}

TileGrid CodingPlan::grid() const {
  const LatentSize size = latent();
  return {size.width, size.height,
          tiled() ? TileGrid::kTileUnit * tile : std::max(size.width, size.height)};
}

}  // namespace imgcnn::codec
