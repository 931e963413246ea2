#pragma once
// Encoder-side search for symbols that cost less: the decoder and its network stay as they are.

#include <cstdint>
#include <functional>
#include <vector>

#include "imgcnn/model/network.h"
#include "imgcnn/rdo/context_odds.h"
#include "imgcnn/rdo/trellis_search.h"
#include "tile_analysis.h"

namespace imgcnn::codec {

struct AnnealOptions {
  int iterations = 0;   ///< each costs about three decodings
  double lambda = 0.0;  ///< cost = bits + lambda * 255^2 * squared error / 3
  /// How likely contexts make larger magnitudes than those of a tile's symbols; empty: the rows
  /// alone say it.
  std::function<std::vector<rdo::OddsShift>(const std::vector<std::int32_t>&)> odds;
  std::function<void(double)> progress;  ///< hears the share that is done, 0..1; may be empty
};

/// Symbols of a tile that cost less than those nearest to its residual. `ways`: of the tile's rows;
/// `plain`: what symbols chosen without a search stand for. Deterministic annealing: symbols are
/// not chosen but kept as probabilities exp(-cost / temperature), by the trellis dependent on each
/// other, and the temperature falls; costs are bits and, by the gradient at the mean latent,
/// distortion. Same input, same device: same output. Sources: Rose, "Deterministic annealing for
/// clustering, compression, classification, regression", Proc. IEEE 1998; the fixed point of the
/// mean field is that of Wainwright, Jordan, "Graphical models, exponential families, and
/// variational inference", 2008, section 5.
[[nodiscard]] std::vector<std::int32_t> anneal(model::Network& network, rdo::TrellisSearch ways,
                                               const TileAnalysis& tile,
                                               const std::vector<float>& plain, int quality16,
                                               const AnnealOptions& options);

}  // namespace imgcnn::codec
