#pragma once
// The encoder's decisions: which symbols a tile of a picture becomes, by effort.

#include <cstdint>
#include <functional>
#include <vector>

#include "imgcnn/model/network.h"
#include "latent_coder.h"
#include "tile_analysis.h"

namespace imgcnn::codec {

/// What an effort of 1..9 does.
struct EffortPlan {
  bool context = true;     ///< code by the context model
  bool optimised = true;   ///< rate-distortion optimised quantisation instead of rounding
  int iterations = 0;      ///< of annealing the latent before
};

/// Requires: 1 <= effort <= kMaxEffort.
[[nodiscard]] EffortPlan effort_plan(int effort);

struct ChosenSymbols {
  std::vector<std::int32_t> latent;
  double plain_cost = 0.0;   ///< rate-distortion cost of effort 3; known where there was a search
  double chosen_cost = 0.0;  ///< of `latent`
};

/// Symbols of a tile. lambda: of the quality; progress: as AnnealOptions. What annealing finds is taken only when its
/// cost = bits of the stream + lambda * 255^2 / 3 * the error of model::Network::distortion is below that of effort 3.
[[nodiscard]] ChosenSymbols choose_symbols(model::Network& network, const LatentCoder& coder, const TileAnalysis& tile,
                                           int quality16, double lambda, const EffortPlan& plan,
                                           const std::function<void(double)>& progress);

}  // namespace imgcnn::codec
