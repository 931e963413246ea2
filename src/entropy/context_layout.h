#pragma once
// The numbers of the context model: classes of contexts, where their counters and weights lie, and the untaught start.
// Only for context_model.cpp. Specification: src/bitstream/FORMAT.md, section 1.7.

#include <array>
#include <cstddef>
#include <cstdint>

#include "adaptive_bit.h"
#include "context_planes.h"
#include "imgcnn/entropy/context_model.h"

namespace imgcnn::entropy {

constexpr int kLevels = 96;   ///< of expected magnitude, quarter octaves
constexpr int kSteps = 4;     ///< sets of counters by the magnitude reached: 0, 1, 2, more
constexpr int kMixSteps = 3;  ///< the same for mixers
constexpr int kQualities = 4;
constexpr int kSums = 12;  ///< classes of neighbours' magnitudes
constexpr int kRatios = LocalScale::kMost - LocalScale::kLeast + 1;
constexpr int kNearRatios = 16;
constexpr int kSizes = 9;  ///< classes of the predicted magnitude
constexpr int kSignedSizes = 2 * kSizes - 1;
constexpr int kPairs = 9;  ///< two magnitudes of 0, 1, more
constexpr int kSignTriples = 27;
constexpr int kExponents = 20;  ///< of magnitudes that are not coded bit by bit
constexpr std::size_t kInputs = 7;
constexpr std::size_t kSignInputs = 5;
constexpr std::size_t kNeighbours = 16;

// A symbol whose level, as it is and as corrected, stays below these while its neighbours are zero is left to its
// table.
constexpr int kSilentLevel = 26;
constexpr int kSilentCorrected = 20;

constexpr std::int32_t kPredictorInput = 20;
constexpr std::int32_t kPredictionLimit = kPredictorInput << 8;
constexpr std::int32_t kPredictorWeightLimit = 1 << 18;
constexpr std::int32_t kPredictionErrorLimit = 8 << 8;

constexpr std::uint32_t kLearningLimit = 1000;
constexpr std::uint32_t kCodingLimit = 400;
constexpr std::uint32_t kRelaxed = 30;
constexpr std::int32_t kMagnitudeRate = 6;
constexpr std::int32_t kSignRate = 2;

/// First counter of each table. Magnitude tables hold kSteps counters per context.
struct Layout {
  explicit Layout(int channel_count) {
    const auto c = static_cast<std::size_t>(channel_count);
    const std::array<std::size_t, kInputs - 1> contexts = {
        c * kSums * kQualities,       c * kPairs * 4,
        c * kQualities * kRatios,     std::size_t{kRatios / 2} * kNearRatios * (kLevels / 4),
        std::size_t{kLevels} * kSums, std::size_t{kLevels} * kSizes * kSums};
    for (std::size_t i = 0; i < contexts.size(); ++i) {
      magnitude[i] = counters;
      counters += contexts[i] * kSteps;
    }
    const std::array<std::size_t, kSignInputs> signs = {c * kSignTriples, c * kSignTriples, c * kSignTriples,
                                                        std::size_t{kLevels} * kSignedSizes, c * kSignedSizes};
    for (std::size_t i = 0; i < signs.size(); ++i) {
      sign[i] = counters;
      counters += signs[i];
    }
    exponent = counters;
    counters += std::size_t{kLevels} * kExponents;
    by_channel = std::size_t{kMixSteps} * kLevels * kInputs;
    by_sign = by_channel + std::size_t{kMixSteps} * c * kInputs;
    weights = by_sign + c * kSignInputs;
    predictors = c * kQualities * kNeighbours;
  }

  std::array<std::size_t, kInputs - 1> magnitude{};
  std::array<std::size_t, kSignInputs> sign{};
  std::size_t exponent = 0;
  std::size_t counters = 0;    ///< in all
  std::size_t by_channel = 0;  ///< first weight of the mixers chosen by channel; those by level begin at 0
  std::size_t by_sign = 0;
  std::size_t weights = 0;     ///< in all
  std::size_t predictors = 0;  ///< in all
};

[[nodiscard]] inline ContextState untaught(const Layout& layout) {
  ContextState state;
  state.counters.assign(layout.counters, Counter::kStart);
  state.weights.assign(layout.weights, 65536 / 8);
  // The table's own opinion starts as the only one.
  for (std::size_t i = 0; i < layout.by_sign; i += kInputs) state.weights[i] = 65536;
  state.predictors.assign(layout.predictors, 0);
  return state;
}

[[nodiscard]] constexpr int sum_class(int sum) {
  constexpr std::array<std::int8_t, 30> kClasses = {0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7,
                                                    8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9};
  return sum < 30 ? kClasses[static_cast<std::size_t>(sum)] : sum < 60 ? 10 : 11;
}

/// Class of a prediction's magnitude, units of 1/256.
[[nodiscard]] constexpr int size_class(int magnitude) {
  constexpr std::array<int, kSizes - 1> kBounds = {8, 20, 40, 70, 110, 170, 256, 512};
  int size = 0;
  while (size < kSizes - 1 && magnitude >= kBounds[static_cast<std::size_t>(size)]) ++size;
  return size;
}

[[nodiscard]] constexpr int sign_class(int value) { return value > 0 ? 2 : value < 0 ? 0 : 1; }

}  // namespace imgcnn::entropy
