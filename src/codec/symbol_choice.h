#pragma once
// The encoder's decisions: which symbols a tile of a picture becomes, by effort.

#include <cstdint>
#include <functional>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/model/network.h"
#include "plane_coder.h"
#include "tile_analysis.h"

namespace imgcnn::codec {

/// What an effort of 1..9 does.
struct EffortPlan {
  bool context = true;    ///< code by the context coder, where the model has one
  bool optimized = true;  ///< rate-distortion optimized quantization instead of rounding
  int iterations = 0;     ///< of annealing the latent before
  bool weighed = false;   ///< tell the cost without a search too; requires `optimized`
  bool itemized = false;  ///< tell the bits of each position of the latent

  [[nodiscard]] bool measured() const { return weighed || iterations > 0; }
};

/// Requires: 1 <= effort <= kMaxEffort.
[[nodiscard]] EffortPlan effort_plan(int effort);

struct ChosenSymbols {
  std::vector<std::int32_t> latent;
  double cost = 0.0;  ///< of `latent`, where the plan measures it
};

/// Symbols of a tile. coder: of the latent; lambda: of the quality; progress: as AnnealOptions.
/// Cost = bits of the stream + lambda * 255^2 / 3 * the error of model::Network::distortion, of
/// plans that optimize. What annealing finds is taken only when it costs less than effort 3.
[[nodiscard]] ChosenSymbols choose_symbols(model::Network& network, const PlaneCoder& coder,
                                           const TileAnalysis& tile, const CodingPlan& plan,
                                           double lambda, const EffortPlan& effort,
                                           const std::function<void(double)>& progress);

}  // namespace imgcnn::codec
