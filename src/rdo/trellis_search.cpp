// From values to branch metrics of the dependent symbols, and back from paths to symbols.

#include "imgcnn/rdo/trellis_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "symbol_candidates.h"
#include "viterbi.h"

namespace imgcnn::rdo {
namespace {

/// log2(e) / 256: what a logit in 1/256 nat is in units of log2 of the odds.
constexpr float kOctavesPerLogit = 1.44269504F / 256;
constexpr float kInfinite = std::numeric_limits<float>::infinity();
/// Exponents are limited, so that every path keeps a probability.
constexpr float kLeastExponent = -60;
/// Largest weight over temperature. Paths that look hopeless from one end but are likely in all
/// keep their probability within floats up to here, with 1 024 states.
constexpr float kColdest = 40;

/// Returns the value within +-kMaxSymbol, NaN as kMaxSymbol: floats beyond that cannot become
/// integers.
float limited(float value) {
  constexpr auto kLimit = static_cast<float>(entropy::kMaxSymbol);
  return value > -kLimit ? (value < kLimit ? value : kLimit)
                         : (value <= -kLimit ? -kLimit : kLimit);
}

std::size_t index(int quantizer) { return static_cast<std::size_t>(quantizer); }

/// Returns exp(-cost / temperature) relative to the least cost, so that the likeliest candidate
/// has 1.
float likelihood_of(const Candidate& candidate, float least, float temperature) {
  return std::exp(std::max((least - candidate.cost) / temperature, kLeastExponent));
}

/// Returns the cheapest even and odd symbol of each quantizer: paths tell symbols of one parity
/// apart by nothing else.
BranchCosts branch_costs(const SymbolCandidates& candidates) {
  BranchCosts costs;
  const float steps = candidates.value / candidates.step;
  if (std::abs(steps) < 1) {
    // As most are: of +-1 the one on the value's side, at 0 the one that is tried first.
    for (const int quantizer : {0, 1}) {
      const std::int32_t one = (quantizer == 0 ? steps >= 0 : steps > 0) ? 1 : -1;
      costs[index(quantizer)] = {{{0, candidates.dependent(quantizer, 0).cost},
                                  {one, candidates.dependent(quantizer, one).cost}}};
    }
    return costs;
  }
  for (const int quantizer : {0, 1}) {
    candidates.for_each_dependent(quantizer, [&](std::int32_t symbol) {
      Branch& branch = costs[index(quantizer)][static_cast<std::size_t>(symbol & 1)];
      branch.consider(symbol, candidates.dependent(quantizer, symbol).cost);
    });
  }
  return costs;
}

/// Returns the cheapest symbol where no other depends on it.
std::int32_t cheapest_alone(const SymbolCandidates& candidates) {
  Branch best;
  candidates.for_each_independent(
      [&](std::int32_t symbol) { best.consider(symbol, candidates.independent(symbol).cost); });
  return best.symbol;
}

/// Returns the likelihoods of the branches, a branch being all candidates of one parity.
BranchLikelihoods branch_likelihoods(const SymbolCandidates& candidates, float temperature) {
  struct Term {
    int quantizer;
    bool odd;
    Candidate candidate;
  };
  std::array<Term, 8> terms{};
  std::size_t count = 0;
  float least = kInfinite;
  for (const int quantizer : {0, 1}) {
    candidates.for_each_dependent(quantizer, [&](std::int32_t symbol) {
      terms[count] = {quantizer, (symbol & 1) != 0, candidates.dependent(quantizer, symbol)};
      least = std::min(least, terms[count++].candidate.cost);
    });
  }
  BranchLikelihoods branches;
  for (std::size_t j = 0; j < count; ++j) {
    const Term& term = terms[j];
    const float likelihood = likelihood_of(term.candidate, least, temperature);
    branches.likelihood[index(term.quantizer)][term.odd ? 1 : 0] += likelihood;
    branches.moment[index(term.quantizer)][term.odd ? 1 : 0] += likelihood * term.candidate.point;
  }
  return branches;
}

/// Returns the mean reconstruction point where no other symbol depends on this one.
float mean_alone(const SymbolCandidates& candidates, float temperature) {
  std::array<Candidate, 4> terms{};
  std::size_t count = 0;
  float least = kInfinite;
  candidates.for_each_independent([&](std::int32_t symbol) {
    terms[count] = candidates.independent(symbol);
    least = std::min(least, terms[count++].cost);
  });
  float sum = 0, moment = 0;
  for (std::size_t j = 0; j < count; ++j) {
    const float likelihood = likelihood_of(terms[j], least, temperature);
    sum += likelihood;
    moment += likelihood * terms[j].point;
  }
  return moment / sum;
}

}  // namespace

TrellisSearch::TrellisSearch(const entropy::DependentQuantizer& quantizer,
                             const entropy::CdfTable& table, std::vector<std::uint16_t> cdf_indexes,
                             const entropy::CodingOrder& order)
    : quantizer_(quantizer), costs_(table), cdf_indexes_(std::move(cdf_indexes)) {
  for (std::size_t i = 0; i < table.rows(); ++i) static_bits_.push_back(costs_.magnitude_bits(i));
  // Steps in units of the latent, exactly; 0 where there is none.
  steps_.resize(table.rows());
  for (int index = 0; index < quantizer_.cdf_indexes(); ++index) {
    const auto cdf_index = static_cast<std::uint16_t>(index);
    if (!quantizer_.applies_to(cdf_index)) continue;
    steps_[cdf_index] =
        static_cast<float>(quantizer_.step(cdf_index)) / entropy::DependentQuantizer::kStepUnit;
  }
  order.for_each(cdf_indexes_.size(), [&](std::size_t i) {
    if (quantizer_.applies_to(cdf_indexes_[i])) dependent_.push_back(static_cast<std::uint32_t>(i));
  });
}

void TrellisSearch::follow(std::vector<OddsShift> shifts) { shifts_ = std::move(shifts); }

// In each search's own loop, as what follows.
inline std::array<MagnitudeBits, 2> TrellisSearch::bits_of(std::size_t i) const {
  const std::uint16_t cdf_index = cdf_indexes_[i];
  auto bits = static_bits(cdf_index);
  if (shifts_.empty()) return bits;
  const OddsShift& shift = shifts_[i];
  const bool dependent = quantizer_.applies_to(cdf_index);
  for (std::size_t q = 0; q < (dependent ? 2 : 1); ++q) {
    if (shift.gt0[q] == 0 && shift.gt1[q] == 0) continue;  // as where nothing is predicted
    const std::uint16_t own =
        dependent ? quantizer_.dependent_index(cdf_index, static_cast<int>(q)) : cdf_index;
    bits[q] = costs_.magnitude_bits(own, kOctavesPerLogit * static_cast<float>(shift.gt0[q]),
                                    kOctavesPerLogit * static_cast<float>(shift.gt1[q]));
  }
  return bits;
}

float TrellisSearch::step_bits(std::size_t i) const {
  return quantizer_.applies_to(cdf_indexes_[i]) ? 0.0F : bits_of(i)[0].step();
}

inline SymbolCandidates TrellisSearch::candidates(std::size_t i, float value, float weight) const {
  const std::uint16_t cdf_index = cdf_indexes_[i];
  return {quantizer_, costs_, bits_of(i), cdf_index, steps_[cdf_index], limited(value), weight};
}

std::vector<std::int32_t> TrellisSearch::cheapest_path(const std::vector<float>& values,
                                                       float weight) const {
  const BranchCostSource source = [&](std::size_t first, std::size_t count, BranchCosts* costs) {
    for (std::size_t j = first; j < first + count; ++j) {
      const std::size_t i = dependent_[j];
      *costs++ = branch_costs(candidates(i, values[i], weight));
    }
  };
  const auto path = with_states(quantizer_, [&](auto count) {
    return TrellisDecoder<count()>::viterbi(dependent_.size(), source);
  });
  std::vector<std::int32_t> symbols(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Below a half it is zero, as nearly all of a latent is; what is not a number is none of these.
    if (quantizer_.applies_to(cdf_indexes_[i]) || std::abs(values[i]) < 0.5F) continue;
    symbols[i] = cheapest_alone(candidates(i, values[i], weight));
  }
  for (std::size_t j = 0; j < dependent_.size(); ++j) symbols[dependent_[j]] = path[j];
  return symbols;
}

std::vector<float> TrellisSearch::expected_values(const std::vector<float>& values, float weight,
                                                  float temperature) const {
  temperature = std::max(temperature, weight / kColdest);
  std::vector<float> means(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (quantizer_.applies_to(cdf_indexes_[i]) || values[i] == 0) continue;
    means[i] = mean_alone(candidates(i, values[i], weight), temperature);
  }
  std::vector<BranchLikelihoods> branches;
  branches.reserve(dependent_.size());
  for (const std::size_t i : dependent_)
    branches.push_back(branch_likelihoods(candidates(i, values[i], weight), temperature));
  const auto found = with_states(
      quantizer_, [&](auto count) { return TrellisDecoder<count()>::posterior_mean(branches); });
  for (std::size_t j = 0; j < dependent_.size(); ++j) means[dependent_[j]] = found[j];
  return means;
}

}  // namespace imgcnn::rdo
