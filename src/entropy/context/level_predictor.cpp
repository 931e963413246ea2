// Sums of products, and steps along the gradient.

#include "level_predictor.h"

#include <algorithm>

#include "imgcnn/entropy/fixed_point.h"

namespace imgcnn::entropy {
namespace {

constexpr std::int32_t kMostError = 8 << 8;  ///< units of 1/256
constexpr std::int32_t kMostPrediction = kMostValue << 8;
constexpr std::int32_t kEnergyPrior = 16;
/// Steps of 1/32 and 1/8 of the error: error * 2^-8 / energy * 2^16 / 32, kept with
/// kPredictorStepPlaces up to the product with an input.
constexpr std::array<std::int32_t, kPredictorRates> kRates = {512, 2048};

}  // namespace

LevelPredictor::LevelPredictor(const std::vector<std::int32_t>& start, const SymbolHistory& history,
                               const ContextKernels& kernels)
    : start_(start), history_(history), kernels_(kernels) {}

void LevelPredictor::begin_channel(int channel, const Distances& distances) {
  channel_ = channel;
  distances_ = distances;
  count_ = 0;
  const std::int32_t* const start =
      start_.data() + static_cast<std::size_t>(channel) * kPredictorInputs;
  for (auto& weights : weights_) std::copy_n(start, kPredictorInputs, weights);
}

void LevelPredictor::predict(const std::ptrdiff_t* offsets, std::size_t count,
                             LevelPredictions* predictions) {
  offsets_ = offsets;
  count_ = count;
  if (rows_.size() < count) {
    rows_.resize(count);
    sums_.resize(count);
    steps_.resize(count);
    predictions_.resize(count);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::int8_t* const here = history_.values(channel_) + offsets[i];
    for (std::size_t j = 0; j < kPredictorInputs; ++j) rows_[i].inputs[j] = here[distances_[j]];
  }
  kernels_.predict(weights_, rows_.data(), count, sums_.data());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t r = 0; r < kPredictorRates; ++r) {
      const auto level = static_cast<std::int32_t>(floor_shift(sums_[i].products[r], 8));
      predictions_[i][r] = std::clamp(level, -kMostPrediction, kMostPrediction);
    }
    predictions[i] = predictions_[i];
  }
}

void LevelPredictor::adapt() {
  const std::int8_t* const values = history_.values(channel_);
  for (std::size_t i = 0; i < count_; ++i) {
    const std::int32_t level = 256 * values[offsets_[i]], energy = sums_[i].energy + kEnergyPrior;
    for (std::size_t r = 0; r < kPredictorRates; ++r) {
      const std::int32_t error = std::clamp(level - predictions_[i][r], -kMostError, kMostError);
      steps_[i].by_rate[r] = error * kRates[r] / energy;
    }
  }
  kernels_.adapt(rows_.data(), steps_.data(), count_, weights_);
  count_ = 0;
}

}  // namespace imgcnn::entropy
