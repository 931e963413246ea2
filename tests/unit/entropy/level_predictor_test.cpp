// The linear prediction of levels: by hand, against a plain version, and what it is for.

#include "entropy/context/level_predictor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "imgcnn/entropy/fixed_point.h"
#include "instruction_sets.h"

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
  const std::vector<std::ptrdiff_t> offsets = {history.offset(0, 1), history.offset(3, 1)};
  std::vector<LevelPredictions> predictions(2);
  predictor.predict(offsets.data(), 2, predictions.data());
  EXPECT_EQ(predictions, (std::vector<LevelPredictions>{{256 * (6 - 20), 256 * (6 - 20)}, {0, 0}}));
  EXPECT_EQ(predictor.weights()[0], 32768);
}

TEST(LevelPredictor, MovesAlongTheGradientOnce) {
  SymbolHistory history(2, kSize);
  history.set(history.offset(0, 1), 6);
  history.finish_channel();
  const auto weights = start(0, 65536);
  LevelPredictor predictor(weights, history);
  predictor.begin_channel(1, distances(history));
  const std::ptrdiff_t offset = history.offset(0, 1);
  LevelPredictions predictions;
  predictor.predict(&offset, 1, &predictions);
  ASSERT_EQ(predictions, (LevelPredictions{256 * 6, 256 * 6}));
  history.set(history.offset(0, 1), 2);
  predictor.adapt();
  // error -1024, energy 36 + 16: steps of -10082 and -40329, times 6 and in 64ths -946 and -3781
  // (floored).
  EXPECT_EQ(predictor.weights()[1], 65536 - 946);
  EXPECT_EQ(predictor.weights()[0], 0);
  predictor.adapt();
  EXPECT_EQ(predictor.weights()[1], 65536 - 946);
  predictor.predict(&offset, 1, &predictions);
  EXPECT_EQ(predictions[1], (65536 - 3781) * 6 >> 8);
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
      const std::ptrdiff_t offset = history.offset(y, x);
      LevelPredictions predictions;
      predictor.predict(&offset, 1, &predictions);
      const std::int32_t error = std::abs(256 * level - predictions[1]);
      (y == 0 ? first_errors : last_errors) += y == 0 || y == kSize.height - 1 ? error : 0;
      history.set(history.offset(y, x), level);
      predictor.adapt();
    }
  }
  EXPECT_LT(last_errors * 3, first_errors);
  EXPECT_LT(predictor.weights()[1], -30000);  // the slow ones
}

TEST(LevelPredictor, StaysWithinBounds) {
  SymbolHistory history(2, kSize);
  for (int x = 0; x < kSize.width; ++x) history.set(history.offset(0, x), x % 2 == 0 ? 127 : -127);
  history.finish_channel();
  const auto weights = start(-kMostPredictorWeight, kMostPredictorWeight);
  LevelPredictor predictor(weights, history);
  predictor.begin_channel(1, distances(history));
  for (int x = 0; x < kSize.width; ++x) {
    const std::ptrdiff_t offset = history.offset(0, x);
    LevelPredictions predictions;
    predictor.predict(&offset, 1, &predictions);
    for (const std::int32_t level : predictions) EXPECT_LE(std::abs(level), 40 * 256);
    history.set(history.offset(0, x), x % 2 == 0 ? 127 : -127);
    predictor.adapt();
    for (std::size_t j = 0; j < kPredictorInputs; ++j)
      EXPECT_LE(std::abs(predictor.weights()[j]), kMostPredictorWeight);
  }
}

class PredictorKernelsTest : public ContextKernelsTest {};
INSTANTIATE_TEST_SUITE_P(, PredictorKernelsTest, instruction_sets(), instruction_set_name);

/// From -most to most, often at the ends.
std::int32_t draw(std::mt19937& random, std::int32_t most) {
  if (random() % 4 == 0) return random() % 2 == 0 ? most : -most;
  return static_cast<std::int32_t>(random() % static_cast<unsigned>(2 * most + 1)) - most;
}

TEST_P(PredictorKernelsTest, GiveThePlainSumsAndWeights) {
  std::mt19937 random(3);
  for (std::size_t count = 0; count < 40; ++count) {
    std::vector<PredictorRow> rows(count);
    std::vector<PredictorSteps> steps(count);
    std::vector<PredictorSums> sums(count);
    PredictorWeights weights, expected;
    for (std::size_t r = 0; r < kPredictorRates; ++r) {
      for (std::size_t j = 0; j < kPredictorInputs; ++j)
        weights[r][j] = expected[r][j] = draw(random, kMostPredictorWeight);
    }
    for (std::size_t i = 0; i < count; ++i) {
      for (std::int32_t& input : rows[i].inputs) input = draw(random, kMostValue);
      for (std::int32_t& step : steps[i].by_rate) step = draw(random, 2048 * 2048 / 17);
    }

    kernels_->predict(weights, rows.data(), count, sums.data());
    for (std::size_t i = 0; i < count; ++i) {
      std::int64_t energy = 0;
      for (const std::int64_t input : rows[i].inputs) energy += input * input;
      EXPECT_EQ(sums[i].energy, energy);
      for (std::size_t r = 0; r < kPredictorRates; ++r) {
        std::int64_t product = 0;
        for (std::size_t j = 0; j < kPredictorInputs; ++j)
          product += std::int64_t{weights[r][j]} * rows[i].inputs[j];
        EXPECT_EQ(sums[i].products[r], product);
      }
    }

    kernels_->adapt(rows.data(), steps.data(), count, weights);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t r = 0; r < kPredictorRates; ++r) {
        for (std::size_t j = 0; j < kPredictorInputs; ++j) {
          const std::int64_t moved =
              expected[r][j] + floor_shift(std::int64_t{steps[i].by_rate[r]} * rows[i].inputs[j],
                                           kPredictorStepPlaces);
          expected[r][j] = static_cast<std::int32_t>(
              std::clamp<std::int64_t>(moved, -kMostPredictorWeight, kMostPredictorWeight));
        }
      }
    }
    for (std::size_t r = 0; r < kPredictorRates; ++r) {
      for (std::size_t j = 0; j < kPredictorInputs; ++j)
        EXPECT_EQ(weights[r][j], expected[r][j]) << count;
    }
  }
}

}  // namespace
}  // namespace imgcnn::entropy
