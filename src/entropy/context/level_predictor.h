#pragma once
// A linear prediction of each level from levels around it and at the references, by weights that
// follow a picture: what colours a picture has ties its channels together in a way that no training
// can know. Normalized least mean squares (Haykin, "Adaptive Filter Theory"), the weights of a
// front being those that the fronts before it left.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/context_mlp.h"
#include "symbol_history.h"

namespace imgcnn::entropy {

/// One learns slowly, and is the better the more alike a picture is everywhere; one learns fast.
constexpr std::size_t kPredictorRates = 2;
using LevelPredictions = std::array<std::int32_t, kPredictorRates>;

class LevelPredictor {
 public:
  using Distances = std::array<std::ptrdiff_t, kPredictorInputs>;

  /// start: [channels][kPredictorInputs], units of 2^-16. Refers to both, which must outlive it.
  LevelPredictor(const std::vector<std::int32_t>& start, const SymbolHistory& history);

  /// Turns to a channel. distances: of the inputs from a position in the channel's own plane of
  /// values.
  void begin_channel(int channel, const Distances& distances);

  /// The levels expected at an offset in the history, units of 1/256, by the slow and by the fast
  /// weights as they are.
  [[nodiscard]] LevelPredictions predict(std::ptrdiff_t offset);

  /// Moves the weights by what came of all that has been predicted since the last time, in that
  /// order.
  void adapt();

  /// The slow weights of the channel as they are.
  [[nodiscard]] const std::array<std::int32_t, kPredictorInputs>& weights() const {
    return weights_[0];
  }

 private:
  struct Prediction {
    std::ptrdiff_t offset;
    LevelPredictions values;
    std::int32_t energy;
    std::array<std::int8_t, kPredictorInputs> inputs;
  };

  const std::vector<std::int32_t>& start_;
  const SymbolHistory& history_;
  int channel_ = 0;
  Distances distances_{};
  std::array<std::array<std::int32_t, kPredictorInputs>, kPredictorRates> weights_{};
  std::vector<Prediction> pending_;
};

}  // namespace imgcnn::entropy
