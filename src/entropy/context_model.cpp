// The context model: the table's facts, and the passes that encode, decode and learn.

#include "imgcnn/entropy/context_model.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "context_layout.h"
#include "context_pass.h"
#include "imgcnn/base/error.h"
#include "value_range.h"

namespace imgcnn::entropy {
namespace {

struct EncodeBits {
  RansEncoder& encoder;
  bool bit(std::int32_t p, bool value) const { return encoder.append_bit(static_cast<std::uint16_t>(p), value), value; }
  std::int32_t plain(const CdfTable& table, std::size_t row, std::int32_t symbol) const {
    return encoder.append_symbol(table, row, symbol), symbol;
  }
  std::uint32_t raw(std::uint32_t value, std::uint32_t count) const { return encoder.append_bits(value, count), value; }
};

struct DecodeBits {
  RansDecoder& decoder;
  bool bit(std::int32_t p, bool /*unknown*/) const { return decoder.take_bit(static_cast<std::uint16_t>(p)); }
  std::int32_t plain(const CdfTable& table, std::size_t row, std::int32_t /*unknown*/) const {
    return decoder.take_symbol(table, row);
  }
  std::uint32_t raw(std::uint32_t /*unknown*/, std::uint32_t count) const { return decoder.take_bits(count); }
};

/// Nothing is coded: the model only moves on.
struct LearnBits {
  static bool bit(std::int32_t /*p*/, bool value) { return value; }
  static std::int32_t plain(const CdfTable& /*table*/, std::size_t /*row*/, std::int32_t symbol) { return symbol; }
  static std::uint32_t raw(std::uint32_t value, std::uint32_t /*count*/) { return value; }
};

struct Given {
  static constexpr bool kObserves = false, kAsks = true;
  const std::int32_t* symbols;
  template <class Costs>
  std::int32_t pick(std::size_t i, const Costs& /*costs*/) const {
    return symbols[i];
  }
  static void store(std::size_t /*i*/, std::int32_t /*symbol*/) {}
};

/// The symbols given, and what a network would see of them.
struct Observed : Given {
  static constexpr bool kObserves = true, kAsks = true;
  std::vector<ContextObservation>* observations;
  void observe(const ContextObservation& observation) const { observations->push_back(observation); }
};

struct Taken {
  static constexpr bool kObserves = false, kAsks = true;
  std::int32_t* symbols;
  template <class Costs>
  static std::int32_t pick(std::size_t /*i*/, const Costs& /*costs*/) {
    return 0;
  }
  void store(std::size_t i, std::int32_t symbol) const { symbols[i] = symbol; }
};

/// The magnitude nearest to a value; the largest for what is not a number.
std::int32_t nearest_magnitude(float value) {
  const float magnitude = std::abs(value);
  return magnitude < static_cast<float>(kMaxSymbol) ? static_cast<std::int32_t>(std::nearbyint(magnitude)) : kMaxSymbol;
}

/// Rate-distortion optimised: of the nearest symbol, its neighbour towards zero and zero, the one of least bits plus
/// weighted squared error. By the counters alone: to ask the network too would take a quarter of the default effort's
/// time for 0.05 % of BD-rate.
struct Quantised {
  static constexpr bool kObserves = false, kAsks = false;
  const float* values;
  float weight;
  std::int32_t* symbols;
  template <class Costs>
  std::int32_t pick(std::size_t i, const Costs& costs) const {
    const std::int32_t nearest = nearest_magnitude(values[i]);
    if (nearest == 0) return 0;
    const auto error = [&](std::int32_t n) {
      const float e = std::abs(values[i]) - static_cast<float>(n);
      return weight * e * e;
    };
    const MagnitudeBits bits = costs(nearest);
    std::int32_t best = nearest;
    float least = bits.whole + error(nearest);
    if (bits.less + error(nearest - 1) < least) best = nearest - 1, least = bits.less + error(nearest - 1);
    if (bits.zero + error(0) < least) best = 0;
    return values[i] < 0 ? -best : best;
  }
  void store(std::size_t i, std::int32_t symbol) const { symbols[i] = symbol; }
};

/// The symbols given, and how likely larger ones are in their places.
template <bool kNetwork>
struct Weighed {
  static constexpr bool kObserves = false, kAsks = kNetwork;
  const std::int32_t* symbols;
  MagnitudeOdds* odds;
  template <class Costs>
  std::int32_t pick(std::size_t i, const Costs& costs) const {
    const MagnitudeBits bits = costs(1);
    odds->first[i] = odds_behind(bits.zero);
    // The bits of magnitude 1 are those of more than 0, of a sign, and of not more than 1.
    odds->second[i] = odds_behind(bits.whole - 1 - (bits.zero - odds->first[i]));
    return symbols[i];
  }
  static void store(std::size_t /*i*/, std::int32_t /*symbol*/) {}

 private:
  /// log2 of the odds that it is not what costs so many bits.
  static float odds_behind(float bits) { return std::log2(std::exp2(std::max(bits, 1e-5F)) - 1); }
};

/// A partner of a channel lies in an earlier one.
bool partners_fit(const std::vector<std::int32_t>& partners, int channels) {
  if (partners.size() != static_cast<std::size_t>(channels) * kPartners) return false;
  for (std::size_t i = 0; i < partners.size(); ++i) {
    const auto channel = static_cast<std::int32_t>(i / kPartners);
    if (partners[i] < kNoPartner || partners[i] >= channel * kPartnerPlaces) return false;
  }
  return true;
}

ContextState untaught_with(int channels, std::vector<std::int32_t> partners, const DependentQuantizer& trellis) {
  ContextState state = untaught<PartnerStructure>(channels, trellis);
  state.partners = std::move(partners);
  return state;
}

}  // namespace

template <class Bits, class Source>
void ContextModel::walk(ContextState& state, Bits bits, Source source, const std::uint16_t* rows, PlaneSize size,
                        int quality16, bool learning) const {
  with_structure(state, [&](auto structure) {
    using Structure = decltype(structure);
    ContextPass<Structure, Bits, Source>(*this, state, bits, source, size, quality16,
                                         learning ? kLearningLimit : Structure::kCodingLimit)
        .run(rows);
  });
}

ContextModel::ContextModel(CdfTable table, int channels, std::vector<std::int32_t> partners, DependentQuantizer trellis)
    : ContextModel(std::move(table), channels, untaught_with(channels, std::move(partners), trellis), "partners",
                   trellis) {}

ContextModel::ContextModel(CdfTable table, int channels, ContextState start, const std::string& name,
                           DependentQuantizer trellis)
    : table_(std::move(table)), trellis_(trellis), channels_(channels), start_(std::move(start)) {
  check(name);
  read_rows();
  if (!start_.network.first.empty()) network_ = ContextNetwork(start_.network, channels_, name + ".network");
}

void ContextModel::check(const std::string& name) const {
  const bool fits = with_structure(start_, [&](auto structure) {
    const Layout<decltype(structure)> layout(channels_, trellis_);
    const std::size_t counters = start_.counters.size() + start_.lent_counters.size() / sizeof(std::uint32_t);
    return counters == layout.counters && start_.weights.size() == layout.weights &&
           start_.predictors.size() == layout.predictors;
  });
  require(fits, ErrorCode::kCorrupt, name + ": sizes do not fit the model");
  const std::int32_t limit =
      with_structure(start_, [](auto structure) { return decltype(structure)::template Mixer<1>::kWeightLimit; });
  require(within(start_.weights, limit) && within(start_.predictors, kPredictorWeightLimit), ErrorCode::kCorrupt,
          name + ": a weight is out of range");
  require(start_.partners.empty() || partners_fit(start_.partners, channels_), ErrorCode::kCorrupt,
          name + ": a partner is out of range");
  require(start_.network.first.empty() || !start_.partners.empty(), ErrorCode::kCorrupt,
          name + ": a network without partners");
}

ContextState ContextModel::fresh_state() const {
  ContextState state;
  // They are megabytes: copied as they are, without zeros first.
  const auto* const lent = reinterpret_cast<const std::uint32_t*>(start_.lent_counters.data());
  if (lent == nullptr) state.counters = start_.counters;
  else state.counters.assign(lent, lent + start_.lent_counters.size() / sizeof(std::uint32_t));
  state.weights = start_.weights;
  state.predictors = start_.predictors;
  state.partners = start_.partners;
  return state;
}

void ContextModel::own_counters() {
  if (start_.counters.empty()) start_.counters = fresh_state().counters;
  start_.lent_counters = {};
}

void ContextModel::read_rows() {
  const LogisticScale& scale = LogisticScale::instance();
  facts_.resize(table_.rows());
  for (std::size_t r = 0; r < facts_.size(); ++r) {
    RowFacts& facts = facts_[r];
    std::array<std::uint32_t, kUnary + 1> at_least{};  // entries of magnitude k and more; the last: kUnary and more
    std::uint64_t magnitude = 0, seen = 0;
    const std::int32_t entries = table_.lengths()[r];
    for (std::int32_t e = 0; e < entries; ++e) {
      const bool escape = e == entries - 1;
      const std::int32_t size = escape ? kUnary : std::abs(table_.offsets()[r] + e);
      const std::uint32_t frequency = table_.interval(r, e).frequency;
      for (std::int32_t k = 0; k <= std::min(size, kUnary); ++k) at_least[static_cast<std::size_t>(k)] += frequency;
      if (escape) continue;
      const auto share = [&](std::int32_t m) {
        return std::uint64_t{frequency} * static_cast<std::uint64_t>(std::min(m, LocalScale::kObservedLimit));
      };
      magnitude += share(size);
      seen += share(trellis_.context_level(size, trellis_.quantizer_of(r)));
    }
    facts.magnitude = static_cast<std::int32_t>(seen);
    facts.level =
        std::min(quarter_octaves(static_cast<std::uint32_t>(std::max<std::uint64_t>(magnitude, 1))), kLevels - 1);
    for (std::size_t k = 0; k < kUnary; ++k) {
      // At the smallest magnitudes that a row knows nothing of, it says that all are as likely as not.
      const std::uint64_t whole = std::max<std::uint64_t>(at_least[k], 1);
      facts.exceeds[k] = static_cast<std::int16_t>(
          scale.stretch(static_cast<std::int32_t>(std::uint64_t{at_least[k + 1]} * 65535 / whole)));
    }
  }
}

void ContextModel::encode(RansEncoder& encoder, const std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size,
                          int quality16) const {
  ContextState state = fresh_state();
  walk(state, EncodeBits{encoder}, Given{symbols}, rows, size, quality16, false);
}

void ContextModel::decode(RansDecoder& decoder, std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size,
                          int quality16) const {
  ContextState state = fresh_state();
  walk(state, DecodeBits{decoder}, Taken{symbols}, rows, size, quality16, false);
}

void ContextModel::quantise(const float* values, float weight, std::int32_t* symbols, const std::uint16_t* rows,
                            PlaneSize size, int quality16) const {
  ContextState state = fresh_state();
  walk(state, LearnBits{}, Quantised{values, weight, symbols}, rows, size, quality16, false);
}

MagnitudeOdds ContextModel::odds(const std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size, int quality16,
                                 bool network) const {
  const auto count = static_cast<std::size_t>(channels_) * static_cast<std::size_t>(size.height) *
                     static_cast<std::size_t>(size.width);
  MagnitudeOdds odds{std::vector<float>(count), std::vector<float>(count)};
  ContextState state = fresh_state();
  if (network) walk(state, LearnBits{}, Weighed<true>{symbols, &odds}, rows, size, quality16, false);
  else walk(state, LearnBits{}, Weighed<false>{symbols, &odds}, rows, size, quality16, false);
  return odds;
}

void ContextModel::learn(const std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size, int quality16) {
  own_counters();
  start_.network = {};
  network_ = {};
  walk(start_, LearnBits{}, Given{symbols}, rows, size, quality16, true);
}

std::vector<ContextObservation> ContextModel::observe(const std::int32_t* symbols, const std::uint16_t* rows,
                                                      PlaneSize size, int quality16) const {
  std::vector<ContextObservation> observations;
  ContextState state = fresh_state();
  walk(state, LearnBits{}, Observed{{symbols}, &observations}, rows, size, quality16, false);
  return observations;
}

void ContextModel::set_network(ContextNetwork::Weights weights) {
  network_ = ContextNetwork(weights, channels_, "network");
  start_.network = std::move(weights);
}

void ContextModel::relax() {
  own_counters();
  const std::uint32_t limit = with_structure(start_, [](auto structure) { return decltype(structure)::kRelaxed; });
  for (std::uint32_t& counter : start_.counters) Counter::relax(counter, limit);
}

}  // namespace imgcnn::entropy
