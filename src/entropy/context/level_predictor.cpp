// Sums of products, and steps along the gradient.

#include "level_predictor.h"

#include <algorithm>

#include "imgcnn/entropy/fixed_point.h"

namespace imgcnn::entropy {
namespace {

constexpr std::int32_t kMostInput = 40;      ///< levels beyond count as this
constexpr std::int32_t kMostError = 8 << 8;  ///< units of 1/256
constexpr std::int32_t kMostPrediction = 40 << 8;
constexpr std::int32_t kEnergyPrior = 16;
/// Steps of 1/32 and 1/8 of the error: error * 2^-8 / energy * 2^16 / 32, kept with six more binary
/// places up to the product with an input.
constexpr std::array<std::int32_t, kPredictorRates> kRates = {512, 2048};
constexpr int kRatePlaces = 6;

}  // namespace

LevelPredictor::LevelPredictor(const std::vector<std::int32_t>& start, const SymbolHistory& history)
    : start_(start), history_(history) {}

void LevelPredictor::begin_channel(int channel, const Distances& distances) {
  channel_ = channel;
  distances_ = distances;
  pending_.clear();
  const auto start = start_.begin() + static_cast<std::ptrdiff_t>(channel) *
                                          static_cast<std::ptrdiff_t>(kPredictorInputs);
  for (auto& weights : weights_) std::copy_n(start, kPredictorInputs, weights.begin());
}

LevelPredictions LevelPredictor::predict(std::ptrdiff_t offset) {
  const std::int8_t* const here = history_.values(channel_) + offset;
  Prediction& prediction = pending_.emplace_back();
  prediction.offset = offset;
  std::int32_t energy = 0;
  std::array<std::int32_t, kPredictorRates> sums{};
  for (std::size_t j = 0; j < kPredictorInputs; ++j) {
    const std::int32_t input =
        std::clamp<std::int32_t>(here[distances_[j]], -kMostInput, kMostInput);
    prediction.inputs[j] = static_cast<std::int8_t>(input);
    for (std::size_t r = 0; r < kPredictorRates; ++r) sums[r] += weights_[r][j] * input;
    energy += input * input;
  }
  prediction.energy = energy;
  for (std::size_t r = 0; r < kPredictorRates; ++r) {
    prediction.values[r] = std::clamp(static_cast<std::int32_t>(floor_shift(sums[r], 8)),
                                      -kMostPrediction, kMostPrediction);
  }
  return prediction.values;
}

void LevelPredictor::adapt() {
  const std::int8_t* const values = history_.values(channel_);
  for (const Prediction& p : pending_) {
    if (p.energy == 0) continue;
    const std::int32_t level = std::clamp<std::int32_t>(values[p.offset], -kMostInput, kMostInput);
    for (std::size_t r = 0; r < kPredictorRates; ++r) {
      const std::int32_t error = std::clamp(256 * level - p.values[r], -kMostError, kMostError);
      const std::int32_t step = error * kRates[r] / (p.energy + kEnergyPrior);
      for (std::size_t j = 0; j < kPredictorInputs; ++j) {
        const auto moved = weights_[r][j] +
                           static_cast<std::int32_t>(floor_shift(step * p.inputs[j], kRatePlaces));
        weights_[r][j] = std::clamp(moved, -kMostPredictorWeight, kMostPredictorWeight);
      }
    }
  }
  pending_.clear();
}

}  // namespace imgcnn::entropy
