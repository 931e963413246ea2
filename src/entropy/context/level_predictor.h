#pragma once
// A linear prediction of each level from levels around it and at the references, by weights that follow a picture: what
// colours a picture has ties its channels together in a way that no training can know. Normalized least mean squares
// (Haykin, "Adaptive Filter Theory"), the weights of a front being those that the fronts before it left.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/context_mlp.h"
#include "symbol_history.h"

namespace imgcnn::entropy {

class LevelPredictor {
 public:
  using Distances = std::array<std::ptrdiff_t, kPredictorInputs>;

  /// start: [channels][kPredictorInputs], units of 2^-16. Refers to both, which must outlive it.
  LevelPredictor(const std::vector<std::int32_t>& start, const SymbolHistory& history);

  /// Turns to a channel. distances: of the inputs from a position in the channel's own plane of values.
  void begin_channel(int channel, const Distances& distances);

  /// The level expected at an offset in the history, units of 1/256, by the weights as they are.
  [[nodiscard]] std::int32_t predict(std::ptrdiff_t offset);

  /// Moves the weights by what came of all that has been predicted since the last time, in that order.
  void adapt();

  /// The weights of the channel as they are.
  [[nodiscard]] const std::array<std::int32_t, kPredictorInputs>& weights() const { return weights_; }

 private:
  struct Prediction {
    std::ptrdiff_t offset;
    std::int32_t value, energy;
    std::array<std::int8_t, kPredictorInputs> inputs;
  };

  const std::vector<std::int32_t>& start_;
  const SymbolHistory& history_;
  int channel_ = 0;
  Distances distances_{};
  std::array<std::int32_t, kPredictorInputs> weights_{};
  std::vector<Prediction> pending_;
};

}  // namespace imgcnn::entropy
