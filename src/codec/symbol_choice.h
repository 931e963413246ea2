#pragma once
// The encoder's decisions: which symbols a picture becomes, by effort.

#include <functional>

#include "imgcnn/image/image.h"
#include "imgcnn/model/network.h"
#include "latent_coder.h"

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
  Symbols symbols;
  double search_gain = 0.0;  ///< share of the rate-distortion cost that annealing saved, 0..1
};

/// Symbols of a picture [3, H, W]. lambda: of the quality; progress: as AnnealOptions. What annealing finds is taken only when its
/// cost = bits of the stream + lambda * 255^2 * squared error / 3 is below that of effort 3.
[[nodiscard]] ChosenSymbols choose_symbols(model::Network& network, const LatentCoder& coder, const image::FloatImage& rgb,
                                           int quality16, double lambda, const EffortPlan& plan,
                                           const std::function<void(double)>& progress);

}  // namespace imgcnn::codec
