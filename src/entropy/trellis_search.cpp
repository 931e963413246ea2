// Viterbi, and forward-backward, over the symbols that take part in the trellis.

#include "imgcnn/entropy/trellis_search.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "trellis_ways.h"

namespace imgcnn::entropy {
namespace {

constexpr float kInfinite = std::numeric_limits<float>::infinity();
/// Exponents are limited, so that every way keeps a probability.
constexpr float kLeastExponent = -60;
/// Weight over temperature. Ways that look hopeless from one end but are likely in all keep their probability within
/// floats up to here, with 1 024 states.
constexpr float kColdest = 40;

float limited(float value) {
  constexpr auto kLimit = static_cast<float>(kMaxSymbol);
  return value > -kLimit ? (value < kLimit ? value : kLimit) : (value <= -kLimit ? -kLimit : kLimit);
}

std::size_t index(int quantiser) { return static_cast<std::size_t>(quantiser); }

/// log2(1 + 2^x): the bits that it costs to say no where log2 of the odds of yes is x.
float bits_of_no(float odds) { return odds > 30 ? odds : std::log2(1 + std::exp2(odds)); }

/// What every way through the trellis asks of one symbol.
struct Turn {
  const Trellis& trellis;
  const MagnitudeCosts& costs;
  const std::array<MagnitudePrice, 2>& prices;
  std::uint16_t row;
  float value, weight;

  /// The cost of a symbol that takes part, and its value.
  std::pair<float, float> within(int quantiser, std::int32_t symbol) const {
    const float point = static_cast<float>(Trellis::steps_of(symbol, quantiser)) * trellis.step(row);
    return {costs.bits(prices[index(quantiser)], trellis.row_of(row, quantiser), std::abs(symbol)) +
                weight * (point - value) * (point - value),
            point};
  }
  /// The same of one that is chosen alone.
  std::pair<float, float> alone(std::int32_t symbol) const {
    const auto point = static_cast<float>(symbol);
    return {costs.bits(prices[0], row, std::abs(symbol)) + weight * (point - value) * (point - value), point};
  }
  /// Calls with the symbols worth a thought: the points on both sides of the value, and zero; where zero is one of
  /// these, the other side of it too.
  template <class Use>
  void for_each_within(int quantiser, const Use& use) const {
    const float steps = value / trellis.step(row);
    // Symbols stand at 2 v - sign(v) * quantiser.
    const float odd = quantiser == 0 ? 0.0F : (steps > 0 ? 1.0F : -1.0F);
    around(static_cast<std::int32_t>(std::floor((steps + odd) / 2)), use);
  }
  template <class Use>
  void for_each_alone(const Use& use) const {
    around(static_cast<std::int32_t>(std::floor(value)), use);
  }

 private:
  template <class Use>
  static void around(std::int32_t below, const Use& use) {
    below = std::clamp(below, -kMaxSymbol, kMaxSymbol - 1);
    use(below);
    use(below + 1);
    if (below > 0 || below < -1) use(0);
    if (below == 0) use(-1);
    if (below == -1) use(1);
  }
};

Shares shares_of(const Turn& turn, float temperature) {
  struct Term {
    int quantiser;
    bool odd;
    float cost, point;
  };
  std::array<Term, 8> terms{};
  std::size_t count = 0;
  float least = kInfinite;
  for (const int quantiser : {0, 1}) {
    turn.for_each_within(quantiser, [&](std::int32_t symbol) {
      const auto [cost, point] = turn.within(quantiser, symbol);
      terms[count++] = {quantiser, (symbol & 1) != 0, cost, point};
      least = std::min(least, cost);
    });
  }
  Shares shares;
  for (std::size_t j = 0; j < count; ++j) {
    const Term& term = terms[j];
    const float mass = std::exp(std::max((least - term.cost) / temperature, kLeastExponent));
    shares.mass[index(term.quantiser)][term.odd ? 1 : 0] += mass;
    shares.moment[index(term.quantiser)][term.odd ? 1 : 0] += mass * term.point;
  }
  return shares;
}

float expected_alone(const Turn& turn, float temperature) {
  std::array<std::pair<float, float>, 4> terms{};
  std::size_t count = 0;
  float least = kInfinite;
  turn.for_each_alone([&](std::int32_t symbol) {
    terms[count] = turn.alone(symbol);
    least = std::min(least, terms[count++].first);
  });
  float sum = 0, moment = 0;
  for (std::size_t j = 0; j < count; ++j) {
    const float mass = std::exp(std::max((least - terms[j].first) / temperature, kLeastExponent));
    sum += mass;
    moment += mass * terms[j].second;
  }
  return moment / sum;
}

}  // namespace

MagnitudeCosts::MagnitudeCosts(const CdfTable& table) : table_(table) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::int32_t magnitude = 0; magnitude < kKept; ++magnitude)
      kept_.push_back(static_cast<float>(table.cost_bits(row, magnitude)));
    const double zero = std::exp2(-table.cost_bits(row, 0)), one = std::exp2(1 - table.cost_bits(row, 1));
    // What integer frequencies leave beyond 1 may be nothing.
    const double beyond = std::max(1 - zero - one, 1.0 / 65536);
    odds_.push_back({static_cast<float>(std::log2((one + beyond) / zero)), static_cast<float>(std::log2(beyond / one)),
                     static_cast<float>(-std::log2(beyond))});
  }
}

MagnitudePrice MagnitudeCosts::price(std::size_t row, float first_shift, float second_shift) const {
  const float first = odds_[row].first + first_shift, second = odds_[row].second + second_shift;
  const float not_zero = bits_of_no(-first);
  return {bits_of_no(first), not_zero + bits_of_no(second) + 1, not_zero + bits_of_no(-second)};
}

TrellisSearch::TrellisSearch(const Trellis& trellis, const CdfTable& table, std::vector<std::uint16_t> rows)
    : trellis_(trellis), costs_(table), rows_(std::move(rows)) {
  std::vector<MagnitudePrice> of_row;
  for (std::size_t row = 0; row < table.rows(); ++row) of_row.push_back(costs_.price(row));
  prices_.reserve(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::uint16_t row = rows_[i];
    if (!trellis_.takes(row)) {
      prices_.push_back({of_row[row], {}});
      continue;
    }
    places_.push_back(i);
    prices_.push_back({of_row[trellis_.row_of(row, 0)], of_row[trellis_.row_of(row, 1)]});
  }
}

void TrellisSearch::follow(const std::vector<std::int32_t>& walked, const MagnitudeOdds& odds) {
  TrellisWalk walk(trellis_);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::uint16_t coding_row = walk.row(rows_[i]);
    const float first = odds.first[i] - costs_.first(coding_row), second = odds.second[i] - costs_.second(coding_row);
    if (trellis_.takes(rows_[i])) {
      for (const int quantiser : {0, 1})
        prices_[i][index(quantiser)] = costs_.price(trellis_.row_of(rows_[i], quantiser), first, second);
    } else {
      prices_[i][0] = costs_.price(rows_[i], first, second);
    }
    walk.pass(rows_[i], walked[i]);
  }
}

std::vector<std::int32_t> TrellisSearch::cheapest_path(const std::vector<float>& values, float weight) const {
  std::vector<std::int32_t> symbols(values.size());
  std::vector<Choices> choices;
  choices.reserve(places_.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Turn turn{trellis_, costs_, prices_[i], rows_[i], limited(values[i]), weight};
    if (!trellis_.takes(rows_[i])) {
      if (std::abs(turn.value) < 0.5F) continue;  // nearly all of a latent
      Choice best;
      turn.for_each_alone([&](std::int32_t symbol) { best.consider(symbol, turn.alone(symbol).first); });
      symbols[i] = best.symbol;
      continue;
    }
    Choices& here = choices.emplace_back();
    for (const int quantiser : {0, 1}) {
      turn.for_each_within(quantiser, [&](std::int32_t symbol) {
        here[index(quantiser)][static_cast<std::size_t>(symbol & 1)].consider(symbol,
                                                                              turn.within(quantiser, symbol).first);
      });
    }
  }
  const auto found =
      with_states(trellis_, [&](auto states) { return TrellisWays<states()>(trellis_).cheapest(choices); });
  for (std::size_t j = 0; j < places_.size(); ++j) symbols[places_[j]] = found[j];
  return symbols;
}

std::vector<float> TrellisSearch::expected_values(const std::vector<float>& values, float weight,
                                                  float temperature) const {
  temperature = std::max(temperature, weight / kColdest);
  std::vector<float> means(values.size());
  std::vector<Shares> shares;
  shares.reserve(places_.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Turn turn{trellis_, costs_, prices_[i], rows_[i], limited(values[i]), weight};
    if (trellis_.takes(rows_[i])) shares.push_back(shares_of(turn, temperature));
    else if (turn.value != 0) means[i] = expected_alone(turn, temperature);
  }
  const auto found =
      with_states(trellis_, [&](auto states) { return TrellisWays<states()>(trellis_).expected(shares); });
  for (std::size_t j = 0; j < places_.size(); ++j) means[places_[j]] = found[j];
  return means;
}

}  // namespace imgcnn::entropy
