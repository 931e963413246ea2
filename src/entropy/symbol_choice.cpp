// Rate-distortion optimised quantisation under static tables.

#include "imgcnn/entropy/symbol_choice.h"

#include <algorithm>
#include <cmath>

namespace imgcnn::entropy {

std::int32_t nearest_symbol(float value) {
  constexpr auto kLimit = static_cast<float>(kMaxSymbol);
  if (!(value < kLimit)) return kMaxSymbol;
  if (value < -kLimit) return -kMaxSymbol;
  return static_cast<std::int32_t>(std::nearbyint(value));
}

std::int32_t cheapest_symbol(const CdfTable& table, std::size_t row, float value, float weight) {
  const auto cost = [&](std::int32_t symbol) {
    const double error = double{value} - symbol;
    return table.cost_bits(row, symbol) + weight * error * error;
  };
  const std::int32_t nearest = nearest_symbol(value);
  std::int32_t best = nearest;
  double least = cost(nearest);
  for (const std::int32_t other : {std::max(nearest - 1, -kMaxSymbol), std::min(nearest + 1, kMaxSymbol), 0}) {
    const double here = cost(other);
    if (here < least) best = other, least = here;
  }
  return best;
}

std::vector<std::int32_t> quantise(const CdfTable& table, const std::vector<std::uint16_t>& rows,
                                   const std::vector<float>& values, float weight) {
  std::vector<std::int32_t> symbols(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) symbols[i] = cheapest_symbol(table, rows[i], values[i], weight);
  return symbols;
}

}  // namespace imgcnn::entropy
