#pragma once
// Which counters speak about a symbol, and the walk over all symbols. Only for context_model.cpp.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "adaptive_bit.h"
#include "context_features.h"
#include "context_layout.h"
#include "context_mixing.h"
#include "context_planes.h"
#include "context_prediction.h"
#include "context_surroundings.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/entropy/fixed_point.h"
#include "imgcnn/entropy/quality.h"

namespace imgcnn::entropy {

constexpr std::int32_t kSignRate = 2;

/// Bits of three magnitudes at one place: what a quantiser chooses among.
struct MagnitudeBits {
  float zero, less, whole;
};

/// -log2(probability / 2^16). Requires: 0 < probability <= 65536.
[[nodiscard]] inline float bit_cost(std::int32_t probability) {
  return 16.0F - std::log2(static_cast<float>(probability));
}

/// Bits of a symbol by a row of the table, as places that are coded by it alone have them.
[[nodiscard]] inline float table_bits(const CdfTable& table, std::size_t row, std::int32_t symbol) {
  const std::int32_t entry = table.entry_of(row, symbol);
  double bits = kPrecision - std::log2(static_cast<double>(table.interval(row, entry).frequency));
  if (entry == table.lengths()[row] - 1) bits += kEscapePrefixBits + escape_code(table, row, symbol).exponent;
  return static_cast<float>(bits);
}

/// One walk over the planes, the same for coding, decoding and learning: `Bits` says what happens to each decision,
/// `Source` where the symbols come from: `pick(i, costs)` names the one to code (a decoder's is not looked at),
/// `store(i, symbol)` takes what was coded. costs(n) are the bits of the magnitudes 0, n - 1 and n >= 1 as the model
/// stands. Sources that do not ask
/// (`kAsks`) go without the network, those that observe (`kObserves`) see what it would.
template <class Structure, class Bits, class Source>
class ContextPass {
 public:
  ContextPass(const ContextModel& model, ContextState& state, Bits bits, Source source, PlaneSize size, int quality16,
              std::uint32_t limit)
      : model_(model),
        state_(state),
        bits_(bits),
        source_(source),
        size_(size),
        quality16_(quality16),
        quality_(std::min(quality16 / (kMaxQuality16 / kQualities), kQualities - 1)),
        limit_(limit),
        layout_(model.channels_, model.trellis_),
        planes_(model.channels_, size),
        local_(size),
        scale_(LogisticScale::instance()) {}

  void run(const std::uint16_t* rows) {
    const std::size_t positions = static_cast<std::size_t>(size_.height) * static_cast<std::size_t>(size_.width);
    std::vector<std::uint16_t> plane_rows(positions);  // that code the symbols of a channel
    DqState walk(model_.trellis_);
    std::size_t i = 0;
    for (int c = 0; c < model_.channels_; ++c) {
      channel_ = c;
      if constexpr (Structure::kHasPartners) partners_ = partner_distances(state_.partners, c, planes_);
      std::size_t position = 0;
      for (int y = 0; y < size_.height; ++y) {
        for (int x = 0; x < size_.width; ++x, ++i, ++position) {
          plane_rows[position] = walk.coding_index(rows[i]);
          quantiser_ = walk.quantizer(rows[i]);
          const auto& facts = model_.facts_[plane_rows[position]];
          const std::int32_t value = code(plane_rows.data(), position, facts, y, x, i);
          walk.advance(rows[i], value);
          source_.store(i, value);
          local_.add(position, model_.trellis_.context_level(value, quantiser_), facts.magnitude);
        }
      }
      local_.next_channel();
      if (looks()) planes_.finish(c);
    }
  }

 private:
  /// Whether there is a network to ask, or to observe for.
  [[nodiscard]] bool looks() const {
    return Structure::kHasPartners && (Source::kObserves || (Source::kAsks && !model_.network_.empty()));
  }

  using RowFacts = ContextModel::RowFacts;
  using Opinion = typename Mixers<Structure>::Opinion;
  static constexpr int kUnary = ContextModel::kUnary;

  std::int32_t code(const std::uint16_t* rows, std::size_t position, const RowFacts& facts, int y, int x,
                    std::size_t i) {
    std::int8_t* const here = planes_.at(channel_, y, x);
    const Place place{here, channel_, planes_.stride(), planes_.plane()};
    const Around around = look_around(place);
    const int ratio = local_.ratio(position);
    std::int32_t value = 0;
    if (facts.level <= kSilentLevel && facts.level + ratio <= kSilentCorrected && around.all_zero()) {
      const std::uint16_t row = rows[position];
      value = bits_.plain(model_.table_, row, source_.pick(i, [&](std::int32_t n) {
        const auto bits = [&](std::int32_t v) { return table_bits(model_.table_, row, v); };
        return MagnitudeBits{bits(0), bits(n - 1), bits(n)};
      }));
    } else {
      predict(place, facts, around, ratio);
      choose_contexts(rows, facts, around, ratio, y, x);
      first_ = opinion(facts.exceeds[0], 0);
      if (looks()) look(place, facts, position, ratio);
      const std::int32_t symbol = source_.pick(i, [&](std::int32_t n) { return magnitude_bits(facts, n); });
      // A damaged stream may ask for more than a symbol can be.
      value = std::min(code_magnitude(facts, std::abs(symbol)), kMaxSymbol);
      if (value != 0 && code_sign(facts, place, symbol < 0)) value = -value;
      const std::int32_t seen = model_.trellis_.context_level(value, quantiser_);
      signed_.adapt(seen);
      if constexpr (Structure::kHasPartners) magnitude_.adapt(seen);
      if constexpr (Source::kObserves) {
        observation_.symbol = static_cast<std::int8_t>(std::clamp(value, -2, 2));
        if (asked_) source_.observe(observation_);
      }
    }
    *here = static_cast<std::int8_t>(std::clamp(model_.trellis_.context_level(value, quantiser_), -127, 127));
    return value;
  }

  void predict(const Place& place, const RowFacts& facts, const Around& around, int ratio) {
    const auto of = static_cast<std::size_t>(channel_ * kQualities + quality_);
    std::int32_t* const weights = state_.predictors.data() + layout_.signed_predictors + of * kNeighbours;
    if constexpr (Structure::kHasPartners) {
      signed_.predict(weights, SignedPrediction::partners(place, partners_));
      beside_ = partner_magnitudes(place.here, partners_);
      magnitude_.predict(state_.predictors.data() + layout_.magnitude_predictors + of * kMagnitudeInputs,
                         {facts.magnitude, ratio, around, beside_, place});
    } else {
      signed_.predict(weights, SignedPrediction::channels_before(place));
    }
  }

  /// Asks the network, where the symbol is not as good as surely zero.
  void look(const Place& place, const RowFacts& facts, std::size_t position, int ratio) {
    correction_ = {};
    asked_ = first_.logit >= kSureLogit;
    if (!asked_) return;
    observation_.logits = {static_cast<std::int16_t>(first_.logit), 0, 0};
    observation_.channel = static_cast<std::int16_t>(channel_);
    observation_.features =
        network_features({planes_, place, partners_, beside_, facts.level, ratio, near_ratio_,
                          local_.observed(position), local_.expected(position), signed_.value(), magnitude_.value(),
                          facts.exceeds[0], facts.exceeds[1], first_.logit, quality16_, quantiser_});
    if (!model_.network_.empty()) correction_ = model_.network_.correct(channel_, observation_.features);
  }

  /// The probability to code a decision by: 0 and 1 of magnitudes, 2 of signs; of others, or without a network, as
  /// mixed.
  std::int32_t corrected(std::int32_t logit, std::size_t decision) const {
    return scale_.squash(std::clamp(logit + correction_[decision], -kLogitLimit, kLogitLimit));
  }

  /// Logarithm of the neighbours' magnitudes over what their rows expected, quarter octaves.
  int near_ratio(const std::uint16_t* rows, const RowFacts& facts, int near, int y, int x) const {
    const auto expected = [&](int yy, int xx) {
      const bool inside = yy >= 0 && xx >= 0 && xx < size_.width;
      return inside ? model_
                          .facts_[rows[static_cast<std::size_t>(yy) * static_cast<std::size_t>(size_.width) +
                                       static_cast<std::size_t>(xx)]]
                          .magnitude
                    : facts.magnitude;
    };
    const auto near_expected =
        2 * expected(y, x - 1) + 2 * expected(y - 1, x) + expected(y - 1, x - 1) + expected(y - 1, x + 1);
    constexpr std::uint32_t kUnit = 1U << 16;
    return quarter_octaves((static_cast<std::uint32_t>(near) << 16) + kUnit) -
           quarter_octaves(static_cast<std::uint32_t>(near_expected) + kUnit);
  }

  /// Classes that contexts are made of.
  struct Classes {
    int near, wide;   ///< of sums of neighbours' magnitudes
    int near_ratio;   ///< of theirs over what their rows expected
    int local_ratio;  ///< 0 .. kRatios - 1
    int level;
  };

  /// The context or class among those of the quantiser in turn.
  [[nodiscard]] std::size_t by_quantiser(std::size_t context) const {
    return context * layout_.quantisers + static_cast<std::size_t>(quantiser_);
  }

  std::array<int, Structure::kTables> contexts(const Classes& of, const Around& around) const {
    const int c = channel_;
    const auto pair = [](int a, int b) { return std::min(a, 2) * 3 + std::min(b, 2); };
    const int by_near = (c * kSums + of.near) * kQualities + quality_;
    const int by_ratio = (c * kQualities + quality_) * kRatios + of.local_ratio;
    if constexpr (Structure::kHasPartners) {
      const int size = magnitude_.size();
      const auto beside = [&](std::size_t j) { return std::min(beside_[j], 2); };
      int together = 0;
      for (std::size_t j = 0; j < kMagnitudePartners; ++j) together += beside_[j] * (j < 4 ? 2 : 1);
      return {by_near,
              (c * kPairs + pair(beside_[0], beside_[1])) * 4 + of.local_ratio / 8,
              by_ratio,
              of.level * kMagnitudes + size,
              (size * kSums + of.near) * kRatios + of.local_ratio,
              c * kQuads + quad(beside(0), beside(1), beside(2), beside(3)),
              (size * kSizes + signed_.size()) * kNearRatios + of.near_ratio,
              c * kQuads + quad(beside(4), beside(5), beside(6), beside(7)),
              c * kQuads + quad(std::min(around.west, 2), std::min(around.north, 2), beside(0), beside(1)),
              (c * kSums + sum_class(together)) * (kRatios / 2) + of.local_ratio / 2};
    } else {
      return {by_near,
              (c * kPairs + pair(around.before1, around.before2)) * 4 + of.local_ratio / 8,
              by_ratio,
              (of.local_ratio / 2 * kNearRatios + of.near_ratio) * (kLevels / 4) + of.level / 4,
              of.level * kSums + of.wide,
              (of.level * kSizes + signed_.size()) * kSums + of.wide};
    }
  }

  void choose_contexts(const std::uint16_t* rows, const RowFacts& facts, const Around& around, int ratio, int y,
                       int x) {
    const int near = around.near();
    near_ratio_ = near_ratio(rows, facts, near, y, x);
    const Classes of{sum_class(near), sum_class(near + around.far()),
                     std::clamp(static_cast<int>(floor_shift(near_ratio_, 1)), -7, 8) + 7, ratio - LocalScale::kLeast,
                     facts.level};
    const auto chosen = contexts(of, around);
    for (std::size_t j = 0; j < chosen.size(); ++j) {
      counters_[j] =
          state_.counters.data() + layout_.magnitude[j] + by_quantiser(static_cast<std::size_t>(chosen[j])) * kSteps;
    }
    const auto index = [](int value) { return static_cast<std::size_t>(value); };
    const std::size_t corrected = index(std::clamp(facts.level + ratio, 0, kLevels - 1)), channel = index(channel_);
    std::array<std::size_t, Structure::kMixers> mixers = {corrected, channel};
    std::size_t last = 0;
    if constexpr (Structure::kHasPartners) {
      last = index(magnitude_.size());
      mixers[2] = last * kQualities + index(quality_);
      features_ = {256, ratio * kFeatureScale, near_ratio_ * kFeatureScale};
    }
    for (std::size_t& of_set : mixers) of_set = by_quantiser(of_set);
    mixers_.emplace(layout_, state_.weights.data(), mixers, last);
  }

  std::int32_t code_magnitude(const RowFacts& facts, std::int32_t magnitude) {
    for (int k = 0; k < kUnary; ++k) {
      if (!code_step(facts.exceeds[static_cast<std::size_t>(k)], k, magnitude > k)) return k;
    }
    return kUnary - 1 + code_rest(facts, static_cast<std::uint32_t>(std::max(magnitude - kUnary + 1, 1)));
  }

  /// A number from 1 on: its exponent in unary, one counter for each, then its mantissa as it is.
  std::int32_t code_rest(const RowFacts& facts, std::uint32_t number) {
    std::uint32_t* const counters =
        state_.counters.data() + layout_.exponent + static_cast<std::size_t>(facts.level) * kExponents;
    std::uint32_t exponent = 0;
    while (exponent < kExponents) {
      const std::int32_t p =
          std::clamp(Counter::probability(counters[exponent]), kLeastProbability, 65536 - kLeastProbability);
      const bool more = bits_.bit(p, number >> (exponent + 1) != 0);
      Counter::update(counters[exponent], more, limit_);
      if (!more) break;
      ++exponent;
    }
    const std::uint32_t one = 1U << exponent;
    return static_cast<std::int32_t>(one + bits_.raw(number - one, exponent));
  }

  /// The mixed opinion on |symbol| > k.
  Opinion opinion(std::int32_t table_logit, int k) const {
    const auto step = static_cast<std::size_t>(std::min(k, kSteps - 1));
    Opinion o;
    o.inputs[0] = table_logit;
    for (std::size_t j = 0; j < counters_.size(); ++j) {
      o.inputs[1 + j] = scale_.stretch(Counter::probability(counters_[j][step]));
    }
    for (std::size_t j = 0; j < features_.size(); ++j) o.inputs[1 + counters_.size() + j] = features_[j];
    mixers_->mix(o, static_cast<std::size_t>(std::min(k, kMixSteps - 1)), scale_);
    return o;
  }

  /// Of |symbol| > k, to code it by.
  std::int32_t probability(const Opinion& o, int k) const {
    return k < 2 ? corrected(o.logit, static_cast<std::size_t>(k)) : o.p;
  }

  bool code_step(std::int32_t table_logit, int k, bool exceeds) {
    const Opinion o = k == 0 ? first_ : opinion(table_logit, k);
    if (Source::kObserves && k == 1) observation_.logits[1] = static_cast<std::int16_t>(o.logit);
    const bool bit = bits_.bit(probability(o, k), exceeds);
    Mixers<Structure>::learn(o, bit, scale_);
    const auto step = static_cast<std::size_t>(std::min(k, kSteps - 1));
    for (std::uint32_t* const counter : counters_) Counter::update(counter[step], bit, limit_);
    return bit;
  }

  /// What the magnitudes 0, n - 1 and n would cost here. A sign counts as one bit, magnitudes that are not coded bit by
  /// bit as the length of their code; the model is not moved.
  MagnitudeBits magnitude_bits(const RowFacts& facts, std::int32_t n) const {
    const auto rest = [](std::int32_t beyond) { return 2.0F * std::log2(static_cast<float>(beyond)) + 1.0F; };
    MagnitudeBits bits{0, 0, 0};
    float larger = 0;  // bits that say |symbol| >= k
    for (std::int32_t k = 0; k <= std::min(n, kUnary - 1); ++k) {
      const std::int32_t p = probability(k == 0 ? first_ : opinion(facts.exceeds[static_cast<std::size_t>(k)], k), k);
      const float here = larger + bit_cost(65536 - p) + (k > 0 ? 1.0F : 0.0F);
      if (k == 0) bits.zero = here;
      if (k == n - 1) bits.less = here;
      if (k == n) bits.whole = here;
      larger += bit_cost(p);
    }
    if (n - 1 >= kUnary) bits.less = larger + 1.0F + rest(n - kUnary);
    if (n >= kUnary) bits.whole = larger + 1.0F + rest(n - kUnary + 1);
    return bits;
  }

  std::array<int, Structure::kSignTables> sign_contexts(const RowFacts& facts, const Place& place) const {
    const std::int8_t* const here = place.here;
    const std::ptrdiff_t row = place.row;
    const auto partner = [&](std::size_t j) {
      return sign_class(j < partners_.signed_count ? here[partners_.distance[j]] : 0);
    };
    const auto before = [&](int distance) { return sign_class(place.before(distance)); };
    const int west = sign_class(here[-1]), north = sign_class(here[-row]), northeast = sign_class(here[-row + 1]);
    const auto triple = [&](int a, int b, int d) { return channel_ * kSignTriples + quad(0, a, b, d); };
    const int predicted = signed_.signed_size();
    std::array<int, Structure::kSignTables> contexts = {
        triple(west, north, northeast),
        Structure::kHasPartners ? triple(partner(0), partner(1), partner(2)) : triple(before(1), before(2), before(3)),
        triple(west, north, before(1)), facts.level * kSignedSizes + predicted, channel_ * kSignedSizes + predicted};
    if constexpr (Structure::kHasPartners) {
      contexts[5] = channel_ * kQuads + quad(partner(0), partner(1), partner(2), partner(3));
      contexts[6] = channel_ * kQuads + quad(partner(4), partner(5), partner(6), partner(7));
    }
    return contexts;
  }

  bool code_sign(const RowFacts& facts, const Place& place, bool negative) {
    constexpr std::size_t kInputs = Structure::kSignTables;
    using Mixer = typename Structure::template Mixer<kInputs>;
    const auto contexts = sign_contexts(facts, place);
    std::array<std::uint32_t*, kInputs> counters;
    std::array<std::int32_t, kInputs> inputs;
    for (std::size_t j = 0; j < kInputs; ++j) {
      counters[j] = state_.counters.data() + layout_.sign[j] + static_cast<std::size_t>(contexts[j]);
      inputs[j] = scale_.stretch(Counter::probability(*counters[j]));
    }
    std::int32_t* const weights =
        state_.weights.data() + layout_.by_sign + static_cast<std::size_t>(channel_) * kInputs;
    const std::int32_t logit = Mixer::logit(weights, inputs), p = scale_.squash(logit);
    if (Source::kObserves) observation_.logits[2] = static_cast<std::int16_t>(logit);
    const bool bit = bits_.bit(corrected(logit, 2), negative);
    Mixer::update(weights, inputs, ((bit ? 65536 : 0) - p) * kSignRate);
    for (std::uint32_t* const counter : counters) Counter::update(*counter, bit, limit_);
    return bit;
  }

  /// Below this logit of |symbol| > 0 (1.8 %) the network is not asked: two fifths of the symbols, a twentieth of what
  /// it saves.
  static constexpr std::int32_t kSureLogit = -1024;

  /// Makes a quarter octave as large an input as a fair part of a counter's logit.
  static constexpr int kFeatureScale = 24;

  const ContextModel& model_;
  ContextState& state_;
  Bits bits_;
  Source source_;
  PlaneSize size_;
  int quality16_;
  int quality_;  ///< class
  std::uint32_t limit_;
  Layout<Structure> layout_;
  SymbolPlanes planes_;
  LocalScale local_;
  const LogisticScale& scale_;

  // Of the channel at hand.
  int channel_ = 0;
  PartnerDistances partners_;

  // Of the symbol at hand.
  int quantiser_ = 0;  ///< in turn; 0 where the symbol takes no part in the trellis
  SignedPrediction signed_;
  MagnitudePrediction magnitude_;
  PartnerMagnitudes beside_{};
  std::array<std::uint32_t*, Structure::kTables> counters_{};
  std::array<std::int32_t, Structure::kFeatures> features_{};
  std::optional<Mixers<Structure>> mixers_;
  int near_ratio_ = 0;
  Opinion first_{};     ///< on |symbol| > 0
  bool asked_ = false;  ///< the network
  ContextObservation observation_;
  ContextNetwork::Corrections correction_{};
};

}  // namespace imgcnn::entropy
