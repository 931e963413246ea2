#pragma once
// A linear prediction of each level from levels around it and at the references, by weights that
// follow a picture: what colours a picture has ties its channels together in a way that no training
// can know. Normalized least mean squares (Haykin, "Adaptive Filter Theory"), the weights of a
// front being those that the fronts before it left.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "context_kernels.h"
#include "imgcnn/entropy/context_mlp.h"
#include "symbol_history.h"

namespace imgcnn::entropy {

/// By rate: the slow one, then the fast one.
using LevelPredictions = std::array<std::int32_t, kPredictorRates>;

class LevelPredictor {
 public:
  using Distances = std::array<std::ptrdiff_t, kPredictorInputs>;

  /// start: [channels][kPredictorInputs], units of 2^-16. Refers to all of these, which must
  /// outlive it.
  LevelPredictor(const std::vector<std::int32_t>& start, const SymbolHistory& history,
                 const ContextKernels& kernels = best_context());

  /// Turns to a channel. distances: of the inputs from a position in the channel's own plane of
  /// values.
  void begin_channel(int channel, const Distances& distances);

  /// Writes the levels expected at some offsets in the history, units of 1/256, by the weights as
  /// they are. Requires offsets that live up to the next `adapt`.
  void predict(const std::ptrdiff_t* offsets, std::size_t count, LevelPredictions* predictions);

  /// Moves the weights, once, by what came of the levels last predicted, in their order.
  void adapt();

  /// The slow weights of the channel as they are.
  [[nodiscard]] const std::int32_t* weights() const { return weights_[0]; }

 private:
  const std::vector<std::int32_t>& start_;
  const SymbolHistory& history_;
  const ContextKernels& kernels_;
  int channel_ = 0;
  Distances distances_{};
  PredictorWeights weights_{};

  // Of the levels last predicted.
  std::size_t count_ = 0;
  const std::ptrdiff_t* offsets_ = nullptr;
  std::vector<LevelPredictions> predictions_;
  std::vector<PredictorRow> rows_;
  std::vector<PredictorSums> sums_;
  std::vector<PredictorSteps> steps_;
};

}  // namespace imgcnn::entropy
