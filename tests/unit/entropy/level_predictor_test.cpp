// The linear prediction of levels: by hand, against a plain version, and what it is for.

#include "entropy/context/level_predictor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace imgcnn::entropy {
namespace {

constexpr PlaneSize kSize = {6, 40};

/// Inputs: the west neighbour, and the same position of the channel before; the rest is the
/// position two to the west.
LevelPredictor::Distances distances(const SymbolHistory& history) {
  LevelPredictor::Distances result;
  result.fill(-2);
  result[0] = -1;
  result[1] = -history.plane();
  return result;
}

std::vector<std::int32_t> start(std::int32_t first, std::int32_t second) {
  std::vector<std::int32_t> weights(2 * kPredictorInputs);
  weights[kPredictorInputs] = first;
  weights[kPredictorInputs + 1] = second;
  return weights;
}

TEST(LevelPredictor, PredictsByItsWeights) {
  SymbolHistory history(2, kSize);
  history.set(history.offset(0, 1), 6);
  history.finish_channel();
  history.set(history.offset(0, 0), -100);  // counts as -40
  const auto weights = start(32768, 65536);
  LevelPredictor predictor(weights, history);
  predictor.begin_channel(1, distances(history));
  EXPECT_EQ(predictor.predict(history.offset(0, 1)),
            (LevelPredictions{256 * (6 - 20), 256 * (6 - 20)}));
  EXPECT_EQ(predictor.predict(history.offset(3, 1)), LevelPredictions{});
  EXPECT_EQ(predictor.weights()[0], 32768);
}

TEST(LevelPredictor, MovesAlongTheGradientOnce) {
  SymbolHistory history(2, kSize);
  history.set(history.offset(0, 1), 6);
  history.finish_channel();
  const auto weights = start(0, 65536);
  LevelPredictor predictor(weights, history);
  predictor.begin_channel(1, distances(history));
  ASSERT_EQ(predictor.predict(history.offset(0, 1)), (LevelPredictions{256 * 6, 256 * 6}));
  history.set(history.offset(0, 1), 2);
  predictor.adapt();
  // error -1024, energy 36 + 16: steps of -10082 and -40329, times 6 and in 64ths -946 and -3781
  // (floored).
  EXPECT_EQ(predictor.weights()[1], 65536 - 946);
  EXPECT_EQ(predictor.weights()[0], 0);
  predictor.adapt();
  EXPECT_EQ(predictor.weights()[1], 65536 - 946);
  EXPECT_EQ(predictor.predict(history.offset(0, 1))[1], (65536 - 3781) * 6 >> 8);
  predictor.begin_channel(1, distances(history));
  EXPECT_EQ(predictor.weights()[1], 65536);
}

TEST(LevelPredictor, FollowsWhatAPictureTiesTogether) {
  SymbolHistory history(2, kSize);
  std::vector<int> before;
  for (int i = 0; i < kSize.height * kSize.width; ++i) before.push_back(i * 7 % 11 - 5);
  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < kSize.width; ++x)
      history.set(history.offset(y, x), before[static_cast<std::size_t>(y * kSize.width + x)]);
  }
  history.finish_channel();
  const auto weights = start(0, 0);
  LevelPredictor predictor(weights, history);
  predictor.begin_channel(1, distances(history));
  // The channel is the other way round: what a zero start finds out after a few rows.
  std::int32_t first_errors = 0, last_errors = 0;
  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < kSize.width; ++x) {
      const int level = -before[static_cast<std::size_t>(y * kSize.width + x)];
      const std::int32_t error = std::abs(256 * level - predictor.predict(history.offset(y, x))[0]);
      (y == 0 ? first_errors : last_errors) += y == 0 || y == kSize.height - 1 ? error : 0;
      history.set(history.offset(y, x), level);
      predictor.adapt();
    }
  }
  EXPECT_LT(last_errors * 3, first_errors);
  EXPECT_LT(predictor.weights()[1], -40000);
}

TEST(LevelPredictor, StaysWithinBounds) {
  SymbolHistory history(2, kSize);
  for (int x = 0; x < kSize.width; ++x) history.set(history.offset(0, x), x % 2 == 0 ? 127 : -127);
  history.finish_channel();
  const auto weights = start(-kMostPredictorWeight, kMostPredictorWeight);
  LevelPredictor predictor(weights, history);
  predictor.begin_channel(1, distances(history));
  for (int x = 0; x < kSize.width; ++x) {
    for (const std::int32_t level : predictor.predict(history.offset(0, x)))
      EXPECT_LE(std::abs(level), 40 * 256);
    history.set(history.offset(0, x), x % 2 == 0 ? 127 : -127);
    predictor.adapt();
    for (const std::int32_t weight : predictor.weights())
      EXPECT_LE(std::abs(weight), kMostPredictorWeight);
  }
}

}  // namespace
}  // namespace imgcnn::entropy
