#pragma once
// Odds of a binary decision from several adaptive contexts, mixed on the logistic scale.
// Specification: FORMAT.md, section 1.9, "Mixed decisions".

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "entropy/context/logistic_scale.h"
#include "imgcnn/entropy/fixed_point.h"

namespace imgcnn::entropy {

/// Slots of each table of contexts.
constexpr std::uint32_t kContextSlots = std::uint32_t{1} << 15;

/// How often a decision was a one in a context: fast to learn at first, then slower and slower.
struct AdaptiveProbability {
  std::uint16_t one = 32768;  ///< probability in 1/65536
  std::uint16_t seen = 0;     ///< decisions, up to kMostSeen

  static constexpr int kMostSeen = 60;
  /// What a decision weighs against those before, in 1/65536: about 1 / (seen + 1.35).
  static constexpr auto kRates = [] {
    std::array<std::int64_t, kMostSeen + 1> rates{};
    for (std::size_t n = 0; n < rates.size(); ++n)
      rates[n] = (std::int64_t{20} << 16) / (20 * static_cast<std::int64_t>(n) + 27);
    return rates;
  }();

  void learn(bool bit) {
    const std::int64_t step =
        floor_shift(((bit ? 65535 : 0) - std::int64_t{one}) * kRates[seen], 16);
    one = static_cast<std::uint16_t>(std::clamp<std::int64_t>(one + step, 32, 65503));
    seen = static_cast<std::uint16_t>(std::min(seen + 1, kMostSeen));
  }

  /// Logit, nearer to 0 while little was seen: 0 where nothing was.
  [[nodiscard]] std::int32_t logit(const LogisticScale& scale) const {
    constexpr std::array<std::int32_t, 5> kConfidence = {0, 48, 58, 62, 64};  // in 1/64
    const std::int32_t confidence = kConfidence[std::min<std::size_t>(seen, 4)];
    return static_cast<std::int32_t>(floor_shift(scale.stretch(one) * confidence, 6));
  }
};

/// Mixes N contexts, each with a table of its own, by one of several sets of weights.
template <std::size_t N>
class DecisionMixer {
 public:
  using Contexts = std::array<std::uint32_t, N>;

  explicit DecisionMixer(std::size_t weight_sets) : weights_(weight_sets) {
    for (auto& set : weights_) set.fill(kFirstWeight);
    for (auto& table : tables_) table.resize(kContextSlots);
  }

  /// Turns to a decision. Contexts that are equal modulo kContextSlots share what they learn.
  /// Requires: set < weight_sets.
  void select(const Contexts& contexts, std::size_t set) {
    set_ = &weights_[set];
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < N; ++i) {
      slots_[i] = &tables_[i][contexts[i] % kContextSlots];
      logits_[i] = slots_[i]->logit(scale_);
      sum += std::int64_t{logits_[i]} * (*set_)[i];
    }
    const auto logit = std::clamp<std::int64_t>(floor_shift(sum, 16), -kLogitLimit, kLogitLimit);
    probability_ = scale_.squash(static_cast<std::int32_t>(logit));
  }

  /// Probability of a one, in 1/65536.
  [[nodiscard]] std::int32_t probability() const { return probability_; }

  /// Learns how the decision selected last fell.
  void learn(bool bit) {
    const std::int64_t error = (bit ? 65536 : 0) - probability_;
    for (std::size_t i = 0; i < N; ++i) {
      std::int32_t& weight = (*set_)[i];
      const std::int64_t step = round_shift(kRate * logits_[i] * error, kRateShift);
      weight = static_cast<std::int32_t>(
          std::clamp<std::int64_t>(weight + step, -kMostWeight, kMostWeight));
      slots_[i]->learn(bit);
    }
  }

 private:
  static constexpr std::int32_t kFirstWeight = 22938;  // in 1/65536
  static constexpr std::int32_t kMostWeight = 1 << 20;
  /// A weight moves by error * logit, in their units, times kRate / 2^kRateShift.
  static constexpr std::int64_t kRate = 3;
  static constexpr int kRateShift = 15;

  const LogisticScale& scale_ = LogisticScale::instance();
  std::array<std::vector<AdaptiveProbability>, N> tables_;
  std::vector<std::array<std::int32_t, N>> weights_;
  std::array<AdaptiveProbability*, N> slots_{};
  std::array<std::int32_t, N> logits_{};
  std::array<std::int32_t, N>* set_ = nullptr;
  std::int32_t probability_ = 0;
};

}  // namespace imgcnn::entropy
