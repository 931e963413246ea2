// RDOQ by static tables: a handful of candidates for each value.

#include "imgcnn/rdo/scalar_rdoq.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/rdo/cost_bits.h"

namespace imgcnn::rdo {

using entropy::kMaxSymbol;

std::int32_t nearest_symbol(float value) {
  constexpr auto kLimit = static_cast<float>(kMaxSymbol);
  // Negated, so that NaN is caught too.
  if (!(value < kLimit)) return kMaxSymbol;
  if (value < -kLimit) return -kMaxSymbol;
  return static_cast<std::int32_t>(std::nearbyint(value));
}

std::int32_t cheapest_symbol(const entropy::CdfTable& table, std::size_t cdf_index, float value,
                             float weight) {
  const auto cost = [&](std::int32_t symbol) {
    const double error = double{value} - symbol;
    return cost_bits(table, cdf_index, symbol) + weight * error * error;
  };
  // Costs are nearly convex in the symbol, so the best lies beside the value or, where a symbol is
  // dear, at zero.
  const std::int32_t nearest = nearest_symbol(value);
  std::int32_t best = nearest;
  double least = cost(nearest);
  // Ties go to the nearest.
  for (const std::int32_t other :
       {std::max(nearest - 1, -kMaxSymbol), std::min(nearest + 1, kMaxSymbol), 0}) {
    const double here = cost(other);
    if (here < least) {
      best = other;
      least = here;
    }
  }
  return best;
}

std::vector<std::int32_t> scalar_rdoq(const entropy::CdfTable& table,
                                      const std::vector<std::uint16_t>& cdf_indexes,
                                      const std::vector<float>& values, float weight) {
  std::vector<std::int32_t> symbols(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    symbols[i] = cheapest_symbol(table, cdf_indexes[i], values[i], weight);
  return symbols;
}

}  // namespace imgcnn::rdo
