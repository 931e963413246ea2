#pragma once
// The numbers of the context model: classes of contexts, where their counters and weights lie, and the untaught start.
// Specification: src/bitstream/FORMAT.md, section 1.7.

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "adaptive_bit.h"
#include "context_planes.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/entropy/context_partners.h"
#include "imgcnn/entropy/dependent_quantizer.h"

namespace imgcnn::entropy {

constexpr int kLevels = 96;   ///< of expected magnitude, quarter octaves
constexpr int kSteps = 4;     ///< sets of counters by the magnitude reached: 0, 1, 2, more
constexpr int kMixSteps = 3;  ///< the same for mixers
constexpr int kQualities = 4;
constexpr int kSums = 12;  ///< classes of neighbours' magnitudes
constexpr int kRatios = LocalScale::kMost - LocalScale::kLeast + 1;
constexpr int kNearRatios = 16;
constexpr int kSizes = 9;  ///< classes of the predicted symbol's size
constexpr int kSignedSizes = 2 * kSizes - 1;
constexpr int kMagnitudes = 64;  ///< classes of the predicted magnitude
constexpr int kPairs = 9;        ///< two magnitudes of 0, 1, more
constexpr int kQuads = 81;       ///< four of them, or four signs
constexpr int kSignTriples = 27;
constexpr int kExponents = 20;                ///< of magnitudes that are not coded bit by bit
constexpr std::size_t kNeighbours = 16;       ///< of the signed prediction
constexpr std::size_t kMagnitudeInputs = 20;  ///< of the magnitude's prediction

// A symbol whose level, as it is and as corrected, stays below these while its neighbours are zero is left to its
// table.
constexpr int kSilentLevel = 26;
constexpr int kSilentCorrected = 20;

constexpr std::uint32_t kLearningLimit = 1000;

/// Contexts of tables of counters, by channel count.
template <std::size_t N>
using Contexts = std::array<std::size_t, N>;

/// The structure of the first model files: looks at the channels just before.
struct FirstStructure {
  static constexpr bool kHasPartners = false;
  static constexpr std::size_t kTables = 6, kFeatures = 0, kMixers = 2, kSignTables = 5, kMagnitudePredictors = 0;
  static constexpr std::uint32_t kCodingLimit = 400, kRelaxed = 30;
  static constexpr std::int32_t kRate = 6;
  template <std::size_t N>
  using Mixer = Mix<N>;

  static Contexts<kTables> magnitudes(std::size_t c) {
    return {c * kSums * kQualities,       c * kPairs * 4,
            c * kQualities * kRatios,     std::size_t{kRatios / 2} * kNearRatios * (kLevels / 4),
            std::size_t{kLevels} * kSums, std::size_t{kLevels} * kSizes * kSums};
  }
  static Contexts<kSignTables> signs(std::size_t c) {
    return {c * kSignTriples, c * kSignTriples, c * kSignTriples, std::size_t{kLevels} * kSignedSizes,
            c * kSignedSizes};
  }
  static Contexts<kMixers> mixers(std::size_t c) { return {kLevels, c}; }
};

/// Looks at partners chosen for each channel, and predicts the magnitude too. Faster to adapt: pictures differ more
/// than what a slow counter would gain.
struct PartnerStructure {
  static constexpr bool kHasPartners = true;
  static constexpr std::size_t kTables = 10, kFeatures = 3, kMixers = 3, kSignTables = 7;
  static constexpr std::size_t kMagnitudePredictors = kMagnitudeInputs;
  static constexpr std::uint32_t kCodingLimit = 250, kRelaxed = 20;
  static constexpr std::int32_t kRate = 3;
  template <std::size_t N>
  using Mixer = NarrowMix<N>;

  static Contexts<kTables> magnitudes(std::size_t c) {
    const auto first = FirstStructure::magnitudes(c);
    return {first[0],
            first[1],
            first[2],
            std::size_t{kLevels} * kMagnitudes,
            std::size_t{kMagnitudes} * kSums * kRatios,
            c * kQuads,
            std::size_t{kMagnitudes} * kSizes * kNearRatios,
            c * kQuads,
            c * kQuads,
            c * kSums * (kRatios / 2)};
  }
  static Contexts<kSignTables> signs(std::size_t c) {
    const auto first = FirstStructure::signs(c);
    return {first[0], first[1], first[2], first[3], first[4], c * kQuads, c * kQuads};
  }
  static Contexts<kMixers> mixers(std::size_t c) { return {kLevels, c, std::size_t{kMagnitudes} * kQualities}; }
};

/// Calls with the structure that a start is of.
template <class Use>
auto with_structure(const ContextState& state, const Use& use) {
  return state.partners.empty() ? use(FirstStructure{}) : use(PartnerStructure{});
}

/// Where everything lies. Magnitude tables hold kSteps counters a context, sets of mixers kMixSteps mixers a class; of
/// contexts and classes there are as many for each quantiser of the trellis.
template <class Structure>
struct Layout {
  static constexpr std::size_t kInputs = 1 + Structure::kTables + Structure::kFeatures;

  Layout(int channel_count, const DependentQuantizer& trellis) : quantisers(trellis.empty() ? 1 : 2) {
    const auto c = static_cast<std::size_t>(channel_count);
    const auto place = [](std::size_t& end, std::size_t count) { return std::exchange(end, end + count); };
    const auto magnitudes = Structure::magnitudes(c);
    for (std::size_t i = 0; i < magnitudes.size(); ++i)
      magnitude[i] = place(counters, magnitudes[i] * quantisers * kSteps);
    const auto signs = Structure::signs(c);
    for (std::size_t i = 0; i < signs.size(); ++i) sign[i] = place(counters, signs[i]);
    exponent = place(counters, std::size_t{kLevels} * kExponents);
    const auto sets = Structure::mixers(c);
    for (std::size_t i = 0; i < sets.size(); ++i) {
      classes[i] = sets[i] * quantisers;
      mixer[i] = place(weights, kMixSteps * classes[i] * kInputs);
    }
    by_sign = place(weights, c * Structure::kSignTables);
    if constexpr (Structure::kHasPartners)
      last = place(weights, std::size_t{kMixSteps} * kMagnitudes * Structure::kMixers);
    signed_predictors = place(predictors, c * kQualities * kNeighbours);
    magnitude_predictors = place(predictors, c * kQualities * Structure::kMagnitudePredictors);
  }

  std::size_t quantisers;
  // First counter of each table.
  std::array<std::size_t, Structure::kTables> magnitude{};
  std::array<std::size_t, Structure::kSignTables> sign{};
  std::size_t exponent = 0;
  std::size_t counters = 0;  ///< in all
  // First weight of each set of mixers, and the classes of the set.
  std::array<std::size_t, Structure::kMixers> mixer{};
  std::array<std::size_t, Structure::kMixers> classes{};
  std::size_t by_sign = 0;
  std::size_t last = 0;     ///< of the mixers that mix the sets' logits
  std::size_t weights = 0;  ///< in all
  // First weight of the predictors, by channel and quality class.
  std::size_t signed_predictors = 0;
  std::size_t magnitude_predictors = 0;
  std::size_t predictors = 0;  ///< in all
};

/// A start that knows nothing: tables' own opinions are the only ones.
template <class Structure>
[[nodiscard]] ContextState untaught(int channels, const DependentQuantizer& trellis = {}) {
  constexpr std::int32_t kOne = 65536;
  const Layout<Structure> layout(channels, trellis);
  constexpr std::size_t kInputs = Layout<Structure>::kInputs;
  ContextState state;
  state.counters.assign(layout.counters, Counter::kStart);
  state.weights.assign(layout.weights, kOne / 8);
  for (std::size_t i = 0; i < layout.by_sign; i += kInputs) {
    state.weights[i] = kOne;
    for (std::size_t j = kInputs - Structure::kFeatures; j < kInputs; ++j) state.weights[i + j] = 0;
  }
  state.predictors.assign(layout.predictors, 0);
  if constexpr (Structure::kHasPartners) {
    for (std::size_t i = layout.last; i < layout.weights; ++i)
      state.weights[i] = kOne / static_cast<int>(Structure::kMixers);
    for (std::size_t i = layout.magnitude_predictors; i < layout.predictors; i += kMagnitudeInputs)
      state.predictors[i] = kOne;
  }
  return state;
}

[[nodiscard]] constexpr int sum_class(int sum) {
  constexpr std::array<std::int8_t, 30> kClasses = {0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7,
                                                    8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9};
  return sum < 30 ? kClasses[static_cast<std::size_t>(sum)] : sum < 60 ? 10 : 11;
}

/// Class of a predicted symbol's size, units of 1/256.
[[nodiscard]] constexpr int size_class(int magnitude) {
  constexpr std::array<int, kSizes - 1> kBounds = {8, 20, 40, 70, 110, 170, 256, 512};
  int size = 0;
  while (size < kSizes - 1 && magnitude >= kBounds[static_cast<std::size_t>(size)]) ++size;
  return size;
}

[[nodiscard]] constexpr int sign_class(int value) { return value > 0 ? 2 : value < 0 ? 0 : 1; }

}  // namespace imgcnn::entropy
