#pragma once
// Encoder-side search for a latent that costs less: the decoder and its network stay as they are.

#include <functional>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/model/network.h"
#include "tile_analysis.h"

namespace imgcnn::codec {

struct AnnealOptions {
  int iterations = 0;                    ///< each costs about three decodings
  double lambda = 0.0;                   ///< cost = bits + lambda * 255^2 * squared error / 3
  /// What other magnitudes than those of the tile's symbols would cost; empty: the static tables say it.
  std::function<entropy::MagnitudePrices(const std::vector<std::int32_t>&)> prices;
  std::function<void(double)> progress;  ///< hears the share that is done, 0..1; may be empty
};

/// Latent residuals of a tile near which rounding costs less than near `tile.residual`: gradient descent on the sum of bits
/// and distortion, while each value picks one of its two nearest integers at random, at a falling
/// temperature, so that it ends close to one of them. Same input, same device: same output.
/// Source: Yang, Bamler, Mandt, "Improving inference for neural image compression", NeurIPS 2020, section 3.2.
[[nodiscard]] std::vector<float> anneal(model::Network& network, const entropy::CdfTable& table, const TileAnalysis& tile,
                                        int quality16, const AnnealOptions& options);

}  // namespace imgcnn::codec
