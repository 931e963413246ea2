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
/// A step of 1/16 of the error: error * 2^-8 / energy * 2^16 / 16, kept with six more binary places up to the product
/// with an input.
constexpr std::int32_t kRate = 1024;
constexpr int kRatePlaces = 6;

}  // namespace

LevelPredictor::LevelPredictor(const std::vector<std::int32_t>& start, const SymbolHistory& history)
    : start_(start), history_(history) {}

void LevelPredictor::begin_channel(int channel, const Distances& distances) {
  channel_ = channel;
  distances_ = distances;
  pending_.clear();
  std::copy_n(start_.begin() + static_cast<std::ptrdiff_t>(channel) * static_cast<std::ptrdiff_t>(kPredictorInputs),
              kPredictorInputs, weights_.begin());
}

std::int32_t LevelPredictor::predict(std::ptrdiff_t offset) {
  const std::int8_t* const here = history_.values(channel_) + offset;
  Prediction& prediction = pending_.emplace_back();
  prediction.offset = offset;
  std::int32_t sum = 0, energy = 0;
  for (std::size_t j = 0; j < kPredictorInputs; ++j) {
    const std::int32_t input = std::clamp<std::int32_t>(here[distances_[j]], -kMostInput, kMostInput);
    prediction.inputs[j] = static_cast<std::int8_t>(input);
    sum += weights_[j] * input;
    energy += input * input;
  }
  prediction.energy = energy;
  prediction.value = std::clamp(static_cast<std::int32_t>(floor_shift(sum, 8)), -kMostPrediction, kMostPrediction);
  return prediction.value;
}

void LevelPredictor::adapt() {
  const std::int8_t* const values = history_.values(channel_);
  for (const Prediction& p : pending_) {
    if (p.energy == 0) continue;
    const std::int32_t level = std::clamp<std::int32_t>(values[p.offset], -kMostInput, kMostInput);
    const std::int32_t error = std::clamp(256 * level - p.value, -kMostError, kMostError);
    const std::int32_t step = error * kRate / (p.energy + kEnergyPrior);
    for (std::size_t j = 0; j < kPredictorInputs; ++j) {
      const auto moved = weights_[j] + static_cast<std::int32_t>(floor_shift(step * p.inputs[j], kRatePlaces));
      weights_[j] = std::clamp(moved, -kMostPredictorWeight, kMostPredictorWeight);
    }
  }
  pending_.clear();
}

}  // namespace imgcnn::entropy
