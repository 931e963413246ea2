#pragma once
// Which counters speak about a symbol, and how their opinions are mixed. Only for context_model.cpp.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "adaptive_bit.h"
#include "context_layout.h"
#include "context_planes.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/entropy/rate.h"

namespace imgcnn::entropy {

/// Bits of three magnitudes at one place: what a quantiser chooses among.
struct MagnitudeBits {
  float zero, less, whole;
};

/// -log2(probability / 2^16). Requires: 0 < probability <= 65536.
[[nodiscard]] inline float bit_cost(std::int32_t probability) { return 16.0F - std::log2(static_cast<float>(probability)); }

/// One walk over the planes, the same for coding, decoding and learning: `Bits` says what happens to each decision, `Source`
/// where the symbols come from: `pick(i, costs)` names the one to code (a decoder's is not looked at), `store(i, symbol)`
/// takes what was coded. costs(n) are the bits of the magnitudes 0, n - 1 and n >= 1 as the model stands.
template <class Bits, class Source>
class ContextPass {
 public:
  ContextPass(const ContextModel& model, ContextState& state, Bits bits, Source source, PlaneSize size, int quality16,
              std::uint32_t limit)
      : model_(model),
        state_(state),
        bits_(bits),
        source_(source),
        size_(size),
        quality_(std::min(quality16 / (kMaxQuality16 / kQualities), kQualities - 1)),
        limit_(limit),
        layout_(model.channels_),
        planes_(model.channels_, size),
        local_(size),
        scale_(LogisticScale::instance()) {}

  void run(const std::uint16_t* rows) {
    std::size_t i = 0;
    for (int c = 0; c < model_.channels_; ++c) {
      channel_ = c;
      const std::uint16_t* const plane_rows = rows + i;
      std::size_t position = 0;
      for (int y = 0; y < size_.height; ++y) {
        for (int x = 0; x < size_.width; ++x, ++i, ++position) {
          const auto& facts = model_.facts_[rows[i]];
          const std::int32_t value = code(plane_rows, position, facts, y, x, i);
          source_.store(i, value);
          local_.add(position, value, facts.magnitude);
        }
      }
      local_.next_channel();
    }
  }

 private:
  using RowFacts = ContextModel::RowFacts;
  static constexpr int kUnary = ContextModel::kUnary;

  struct Around {
    int west, north, northwest, northeast, far;  ///< magnitudes; far: two to the west and two to the north
    int before1, before2, before;                ///< of the channels before; weighted sum of four
    [[nodiscard]] int near() const { return 2 * west + 2 * north + northwest + northeast; }
  };

  std::int32_t code(const std::uint16_t* rows, std::size_t position, const RowFacts& facts, int y, int x, std::size_t i) {
    std::int8_t* const here = planes_.at(channel_, y, x);
    const Around around = look(here);
    const int ratio = local_.ratio(position);
    std::int32_t value = 0;
    const bool silent = facts.level <= kSilentLevel && facts.level + ratio <= kSilentCorrected && around.near() == 0 &&
                        around.far == 0 && around.before == 0;
    if (silent) {
      const std::uint16_t row = rows[position];
      value = bits_.plain(model_.table_, row, source_.pick(i, [&](std::int32_t n) {
        const auto bits = [&](std::int32_t v) { return static_cast<float>(model_.table_.cost_bits(row, v)); };
        return MagnitudeBits{bits(0), bits(n - 1), bits(n)};
      }));
    } else {
      predict(here);
      choose_contexts(rows, facts, around, ratio, y, x);
      const std::int32_t symbol =
          source_.pick(i, [&](std::int32_t n) { return magnitude_bits(facts, n); });
      // A damaged stream may ask for more than a symbol can be.
      value = std::min(code_magnitude(facts, std::abs(symbol)), kMaxSymbol);
      if (value != 0 && code_sign(facts, here, symbol < 0)) value = -value;
      adapt_prediction(value);
    }
    *here = static_cast<std::int8_t>(std::clamp(value, -127, 127));
    return value;
  }

  Around look(const std::int8_t* here) const {
    const std::ptrdiff_t row = planes_.stride(), plane = planes_.plane();
    const auto before = [&](int distance) { return channel_ >= distance ? std::abs(here[-distance * plane]) : 0; };
    const int b1 = before(1), b2 = before(2);
    return {std::abs(here[-1]),
            std::abs(here[-row]),
            std::abs(here[-row - 1]),
            std::abs(here[-row + 1]),
            std::abs(here[-2]) + std::abs(here[-2 * row]),
            b1,
            b2,
            2 * b1 + 2 * b2 + before(3) + before(4)};
  }

  /// Signed prediction from neighbours and earlier channels, by weights that follow the normalised gradient.
  void predict(const std::int8_t* here) {
    const std::ptrdiff_t row = planes_.stride(), plane = planes_.plane();
    neighbours_ = {here[-1], here[-row], here[-row - 1], here[-row + 1]};
    for (int j = 0; j < 6 && channel_ > j; ++j) neighbours_[static_cast<std::size_t>(4 + j)] = here[-(j + 1) * plane];
    if (channel_ > 0) {
      const std::int8_t* const before = here - plane;
      neighbours_[10] = before[1];
      neighbours_[11] = before[row];
      neighbours_[12] = before[-1];
      neighbours_[13] = before[-row];
    }
    if (channel_ > 7) neighbours_[14] = here[-8 * plane];
    if (channel_ > 11) neighbours_[15] = here[-12 * plane];
    predictor_ = state_.predictors.data() +
                 (static_cast<std::size_t>(channel_) * kQualities + static_cast<std::size_t>(quality_)) * kNeighbours;
    std::int32_t sum = 0;
    energy_ = 0;
    for (std::size_t j = 0; j < kNeighbours; ++j) {
      neighbours_[j] = std::clamp(neighbours_[j], -kPredictorInput, kPredictorInput);
      sum += predictor_[j] * neighbours_[j];
      energy_ += neighbours_[j] * neighbours_[j];
    }
    prediction_ = std::clamp(static_cast<std::int32_t>(floor_shift(sum, 8)), -kPredictionLimit, kPredictionLimit);
    predicted_size_ = size_class(std::abs(prediction_));
  }

  void adapt_prediction(std::int32_t value) {
    if (energy_ == 0) return;
    const std::int32_t bounded = std::clamp(value, -kPredictorInput - 8, kPredictorInput + 8);
    const std::int32_t error = std::clamp(bounded * 256 - prediction_, -kPredictionErrorLimit, kPredictionErrorLimit);
    const std::int32_t step = error * 32 / (energy_ + 16);
    for (std::size_t j = 0; j < kNeighbours; ++j) {
      predictor_[j] = std::clamp(predictor_[j] + step * neighbours_[j], -kPredictorWeightLimit, kPredictorWeightLimit);
    }
  }

  void choose_contexts(const std::uint16_t* rows, const RowFacts& facts, const Around& around, int ratio, int y,
                       int x) {
    const auto expected = [&](int yy, int xx) {
      const bool inside = yy >= 0 && xx >= 0 && xx < size_.width;
      return inside ? model_
                          .facts_[rows[static_cast<std::size_t>(yy) * static_cast<std::size_t>(size_.width) +
                                       static_cast<std::size_t>(xx)]]
                          .magnitude
                    : facts.magnitude;
    };
    const int near = around.near();
    const auto near_expected =
        2 * expected(y, x - 1) + 2 * expected(y - 1, x) + expected(y - 1, x - 1) + expected(y - 1, x + 1);
    constexpr std::uint32_t kUnit = 1U << 16;
    const int near_ratio = quarter_octaves((static_cast<std::uint32_t>(near) << 16) + kUnit) -
                           quarter_octaves(static_cast<std::uint32_t>(near_expected) + kUnit);
    const int near_class = std::clamp(static_cast<int>(floor_shift(near_ratio, 1)), -7, 8) + 7;
    const int ratio_class = ratio - LocalScale::kLeast;
    const int pair = std::min(around.before1, 2) * 3 + std::min(around.before2, 2);
    const int wide = sum_class(near + around.far);
    const std::array<int, kInputs - 1> contexts = {
        (channel_ * kSums + sum_class(near)) * kQualities + quality_,
        (channel_ * kPairs + pair) * 4 + ratio_class / 8,
        (channel_ * kQualities + quality_) * kRatios + ratio_class,
        (ratio_class / 2 * kNearRatios + near_class) * (kLevels / 4) + facts.level / 4,
        facts.level * kSums + wide,
        (facts.level * kSizes + predicted_size_) * kSums + wide};
    for (std::size_t j = 0; j < contexts.size(); ++j) {
      counters_[j] = state_.counters.data() + layout_.magnitude[j] + static_cast<std::size_t>(contexts[j]) * kSteps;
    }
    corrected_ = std::clamp(facts.level + ratio, 0, kLevels - 1);
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
  struct Opinion {
    std::array<std::int32_t, kInputs> inputs;
    std::int32_t* by_level;    ///< weights
    std::int32_t* by_channel;  ///< weights
    std::int32_t logit1, logit2;
    std::int32_t p;
  };

  Opinion opinion(std::int32_t table_logit, int k) {
    const auto step = static_cast<std::size_t>(std::min(k, kSteps - 1));
    const auto mix_step = static_cast<std::size_t>(std::min(k, kMixSteps - 1));
    Opinion o;
    o.inputs[0] = table_logit;
    for (std::size_t j = 1; j < kInputs; ++j) o.inputs[j] = scale_.stretch(Counter::probability(counters_[j - 1][step]));
    o.by_level = state_.weights.data() + (mix_step * kLevels + static_cast<std::size_t>(corrected_)) * kInputs;
    o.by_channel = state_.weights.data() + layout_.by_channel +
                   (mix_step * static_cast<std::size_t>(model_.channels_) + static_cast<std::size_t>(channel_)) * kInputs;
    o.logit1 = Mix<kInputs>::logit(o.by_level, o.inputs);
    o.logit2 = Mix<kInputs>::logit(o.by_channel, o.inputs);
    o.p = scale_.squash(static_cast<std::int32_t>(floor_shift(o.logit1 + o.logit2, 1)));
    return o;
  }

  bool code_step(std::int32_t table_logit, int k, bool exceeds) {
    const Opinion o = opinion(table_logit, k);
    const bool bit = bits_.bit(o.p, exceeds);
    const std::int32_t target = bit ? 65536 : 0;
    Mix<kInputs>::update(o.by_level, o.inputs, (target - scale_.squash(o.logit1)) * kMagnitudeRate);
    Mix<kInputs>::update(o.by_channel, o.inputs, (target - scale_.squash(o.logit2)) * kMagnitudeRate);
    const auto step = static_cast<std::size_t>(std::min(k, kSteps - 1));
    for (std::uint32_t* const counter : counters_) Counter::update(counter[step], bit, limit_);
    return bit;
  }

  /// What the magnitudes 0, n - 1 and n would cost here. A sign counts as one bit, magnitudes that are not coded bit by bit as
  /// the length of their code; the model is not moved.
  MagnitudeBits magnitude_bits(const RowFacts& facts, std::int32_t n) {
    const auto rest = [](std::int32_t beyond) {
      return 2.0F * std::log2(static_cast<float>(beyond)) + 1.0F;
    };
    MagnitudeBits bits{0, 0, 0};
    float larger = 0;  // bits that say |symbol| >= k
    for (std::int32_t k = 0; k <= std::min(n, kUnary - 1); ++k) {
      const std::int32_t p = opinion(facts.exceeds[static_cast<std::size_t>(k)], k).p;
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

  bool code_sign(const RowFacts& facts, const std::int8_t* here, bool negative) {
    const std::ptrdiff_t row = planes_.stride(), plane = planes_.plane();
    const auto before = [&](int distance) { return sign_class(channel_ >= distance ? here[-distance * plane] : 0); };
    const int west = sign_class(here[-1]), north = sign_class(here[-row]), northeast = sign_class(here[-row + 1]);
    const int predicted = prediction_ < 0 ? kSizes - 1 - predicted_size_ : kSizes - 1 + predicted_size_;
    const int around = west * 3 + north;
    const std::array<int, kSignInputs> contexts = {
        channel_ * kSignTriples + around * 3 + northeast,
        channel_ * kSignTriples + (before(1) * 3 + before(2)) * 3 + before(3),
        channel_ * kSignTriples + around * 3 + before(1), facts.level * kSignedSizes + predicted,
        channel_ * kSignedSizes + predicted};
    std::array<std::uint32_t*, kSignInputs> counters;
    std::array<std::int32_t, kSignInputs> inputs;
    for (std::size_t j = 0; j < kSignInputs; ++j) {
      counters[j] = state_.counters.data() + layout_.sign[j] + static_cast<std::size_t>(contexts[j]);
      inputs[j] = scale_.stretch(Counter::probability(*counters[j]));
    }
    std::int32_t* const weights =
        state_.weights.data() + layout_.by_sign + static_cast<std::size_t>(channel_) * kSignInputs;
    const std::int32_t p = scale_.squash(Mix<kSignInputs>::logit(weights, inputs));
    const bool bit = bits_.bit(p, negative);
    Mix<kSignInputs>::update(weights, inputs, ((bit ? 65536 : 0) - p) * kSignRate);
    for (std::uint32_t* const counter : counters) Counter::update(*counter, bit, limit_);
    return bit;
  }

  const ContextModel& model_;
  ContextState& state_;
  Bits bits_;
  Source source_;
  PlaneSize size_;
  int quality_;
  std::uint32_t limit_;
  Layout layout_;
  SymbolPlanes planes_;
  LocalScale local_;
  const LogisticScale& scale_;

  // Of the symbol at hand.
  int channel_ = 0;
  int corrected_ = 0;
  std::array<std::uint32_t*, kInputs - 1> counters_{};
  std::int32_t* predictor_ = nullptr;
  std::array<std::int32_t, kNeighbours> neighbours_{};
  std::int32_t energy_ = 0;
  std::int32_t prediction_ = 0;
  int predicted_size_ = 0;
};

}  // namespace imgcnn::entropy
