#pragma once
// Linear predictions of a symbol and of its magnitude, by weights that follow the normalised gradient. Only for the
// context pass.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "context_layout.h"
#include "context_surroundings.h"
#include "imgcnn/entropy/fixed_point.h"

namespace imgcnn::entropy {

constexpr std::int32_t kPredictorInput = 20;
constexpr std::int32_t kPredictionLimit = kPredictorInput << 8;
constexpr std::int32_t kPredictorWeightLimit = 1 << 18;
constexpr std::int32_t kPredictionErrorLimit = 8 << 8;
constexpr std::int32_t kPredictedSymbol = kPredictorInput + 8;  ///< limit of what is learned from

/// Of the symbol, from signed neighbours. Units of 1/256.
class SignedPrediction {
 public:
  using Inputs = std::array<std::int32_t, kNeighbours>;

  /// Inputs of the first structure: neighbours, and the channels just before.
  static Inputs channels_before(const Place& place) {
    Inputs inputs = nearest(place);
    for (int j = 0; j < 6; ++j) inputs[static_cast<std::size_t>(4 + j)] = place.before(j + 1);
    if (place.channel > 0) {
      const std::int8_t* const before = place.here - place.plane;
      inputs[10] = before[1];
      inputs[11] = before[place.row];
      inputs[12] = before[-1];
      inputs[13] = before[-place.row];
    }
    inputs[14] = place.before(8);
    inputs[15] = place.before(12);
    return inputs;
  }

  static Inputs partners(const Place& place, const PartnerDistances& partners) {
    static_assert(kNeighbours == 4 + kSignedPartners);
    Inputs inputs = nearest(place);
    for (std::size_t j = 0; j < partners.signed_count; ++j) inputs[4 + j] = place.here[partners.distance[j]];
    return inputs;
  }

  void predict(std::int32_t* weights, const Inputs& inputs) {
    weights_ = weights;
    std::int32_t sum = 0;
    energy_ = 0;
    for (std::size_t j = 0; j < kNeighbours; ++j) {
      inputs_[j] = std::clamp(inputs[j], -kPredictorInput, kPredictorInput);
      sum += weights[j] * inputs_[j];
      energy_ += inputs_[j] * inputs_[j];
    }
    value_ = std::clamp(static_cast<std::int32_t>(floor_shift(sum, 8)), -kPredictionLimit, kPredictionLimit);
    size_ = size_class(std::abs(value_));
  }

  void adapt(std::int32_t symbol) {
    if (energy_ == 0) return;
    const std::int32_t bounded = std::clamp(symbol, -kPredictedSymbol, kPredictedSymbol);
    const std::int32_t error = std::clamp(bounded * 256 - value_, -kPredictionErrorLimit, kPredictionErrorLimit);
    const std::int32_t step = error * 32 / (energy_ + 16);
    for (std::size_t j = 0; j < kNeighbours; ++j) {
      weights_[j] = std::clamp(weights_[j] + step * inputs_[j], -kPredictorWeightLimit, kPredictorWeightLimit);
    }
  }

  /// The predicted symbol, units of 1/256.
  [[nodiscard]] std::int32_t value() const { return value_; }
  /// Class of the predicted size, 0 .. kSizes - 1; the same with its sign, kSizes - 1 for nothing.
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] int signed_size() const { return value_ < 0 ? kSizes - 1 - size_ : kSizes - 1 + size_; }

 private:
  static Inputs nearest(const Place& place) {
    return {place.here[-1], place.here[-place.row], place.here[-place.row - 1], place.here[-place.row + 1]};
  }

  std::int32_t* weights_ = nullptr;
  Inputs inputs_{};
  std::int32_t energy_ = 0, value_ = 0;
  int size_ = 0;
};

/// What a magnitude is predicted from.
struct MagnitudeEvidence {
  std::int32_t expected;  ///< by the row, units of 2^-16
  int ratio;              ///< local ratio in quarter octaves
  const Around& around;
  const PartnerMagnitudes& partners;
  const Place& place;
};

/// Of the magnitude, from the row's own expectation, magnitudes of neighbours and of partners. Units of 1/256.
class MagnitudePrediction {
 public:
  void predict(std::int32_t* weights, const MagnitudeEvidence& evidence) {
    weights_ = weights;
    fill(evidence);
    std::int64_t sum = 0;
    energy_ = 0;
    for (std::size_t j = 0; j < kMagnitudeInputs; ++j) {
      sum += std::int64_t{weights[j]} * inputs_[j];
      energy_ += std::int64_t{inputs_[j]} * inputs_[j];
    }
    value_ = static_cast<std::int32_t>(std::clamp<std::int64_t>(floor_shift(sum, 16), 1, kPredictionLimit));
    static_assert(kPredictionLimit << 8 < 1 << 21, "its class lies below 84");
    size_ = std::clamp(quarter_octaves(static_cast<std::uint32_t>(value_) << 8) - 20, 0, kMagnitudes - 1);
  }

  void adapt(std::int32_t symbol) {
    const std::int32_t bounded = std::min(std::abs(symbol), kPredictedSymbol);
    const std::int32_t error = std::clamp(bounded * 256 - value_, -kPredictionErrorLimit, kPredictionErrorLimit);
    const std::int64_t step = std::int64_t{error} * 65536 / (energy_ / 32 + kCertainty);
    for (std::size_t j = 0; j < kMagnitudeInputs; ++j) {
      const std::int64_t moved = weights_[j] + floor_shift(step * inputs_[j], 13);
      weights_[j] =
          static_cast<std::int32_t>(std::clamp<std::int64_t>(moved, -kPredictorWeightLimit, kPredictorWeightLimit));
    }
  }

  /// The predicted magnitude, units of 1/256.
  [[nodiscard]] std::int32_t value() const { return value_; }
  /// Class of the predicted magnitude in quarter octaves, 0 .. kMagnitudes - 1.
  [[nodiscard]] int size() const { return size_; }

 private:
  static constexpr std::int64_t kCertainty = 1 << 15;  ///< slows learning from inputs that are all small
  static constexpr std::int32_t kMostExpected = 64 << 8;

  void fill(const MagnitudeEvidence& evidence) {
    const auto limited = [](int magnitude) { return std::min(magnitude, kPredictorInput) * 256; };
    const Around& around = evidence.around;
    const Place& place = evidence.place;
    const std::ptrdiff_t row = place.row;
    const std::int32_t own = std::min(evidence.expected >> 8, kMostExpected);
    inputs_ = {own,
               scaled(own, evidence.ratio),
               limited(around.west),
               limited(around.north),
               limited(around.northwest),
               limited(around.northeast),
               limited(around.far_west),
               limited(around.far_north)};
    for (std::size_t j = 0; j < kMagnitudePartners; ++j) inputs_[8 + j] = limited(evidence.partners[j]);
    if (place.channel > 0) {
      const std::int8_t* const before = place.here - place.plane;
      inputs_[16] = sum(before, 1, row) * 128;
      inputs_[17] = sum(before, row + 1, row - 1) * 128;
    }
    if (place.channel > 1) inputs_[18] = sum(place.here - 2 * place.plane, 1, row) * 128;
    inputs_[19] = 32;
  }

  /// Magnitudes at distances a and b both ways.
  static std::int32_t sum(const std::int8_t* at, std::ptrdiff_t a, std::ptrdiff_t b) {
    return std::abs(at[a]) + std::abs(at[-a]) + std::abs(at[b]) + std::abs(at[-b]);
  }

  /// expected * 2^(ratio / 4), at most kMostExpected.
  static std::int32_t scaled(std::int32_t expected, int ratio) {
    constexpr std::array<std::int32_t, 4> kQuarters = {256, 304, 362, 431};  // 256 * 2^(i / 4)
    const int quarters = ratio + 16;
    const std::int32_t fine = expected * kQuarters[static_cast<std::size_t>(quarters & 3)] >> 8;
    const int octaves = quarters / 4 - 4;
    return std::min(octaves >= 0 ? fine << octaves : fine >> -octaves, kMostExpected);
  }

  std::int32_t* weights_ = nullptr;
  std::array<std::int32_t, kMagnitudeInputs> inputs_{};
  std::int64_t energy_ = 0;
  std::int32_t value_ = 0;
  int size_ = 0;
};

}  // namespace imgcnn::entropy
