#pragma once
// Which integer an encoder writes for a real value. Decoders know nothing of it.

#include <cstdint>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"

namespace imgcnn::entropy {

/// Bits that an error of one in a latent symbol counts for when its neighbours' errors are not known. At the optimum of
/// independent errors it is 6 / ln 2 = 8.7, which costs more than it saves: errors towards zero add up in the picture.
/// Measured best on the validation pictures: 40 at all rates (25 to 90 lose at most a third of the gain).
constexpr float kErrorBits = 40;

/// Nearest symbol that can be coded; the largest for what is not a number (a damaged model), rather than undefined.
[[nodiscard]] std::int32_t nearest_symbol(float value);

/// Of the nearest symbol, its two neighbours and zero, the one of least bits by a row + weight * (value - symbol)^2.
/// Requires: the row within the table, weight > 0.
[[nodiscard]] std::int32_t cheapest_symbol(const CdfTable& table, std::size_t row, float value, float weight);

/// The same for each value. rows: one a value.
[[nodiscard]] std::vector<std::int32_t> quantise(const CdfTable& table, const std::vector<std::uint16_t>& rows,
                                                 const std::vector<float>& values, float weight);

}  // namespace imgcnn::entropy
