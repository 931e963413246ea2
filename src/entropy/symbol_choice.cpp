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

std::vector<std::int32_t> quantise(const CdfTable& table, const std::vector<std::uint16_t>& rows,
                                   const std::vector<float>& values, float weight) {
  std::vector<std::int32_t> symbols(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto cost = [&](std::int32_t symbol) {
      const double error = double{values[i]} - symbol;
      return table.cost_bits(rows[i], symbol) + weight * error * error;
    };
    const std::int32_t nearest = nearest_symbol(values[i]);
    symbols[i] = nearest;
    double least = cost(nearest);
    for (const std::int32_t other : {std::max(nearest - 1, -kMaxSymbol), std::min(nearest + 1, kMaxSymbol), 0}) {
      const double here = cost(other);
      if (here < least) symbols[i] = other, least = here;
    }
  }
  return symbols;
}

}  // namespace imgcnn::entropy
