#pragma once
// Rate-distortion optimized quantization of symbols that do not depend on each other (RDOQ;
// Karczewicz, Ye, Chong, "Rate distortion optimized quantization", ITU-T VCEG-AH21, 2008): for each
// value the integer of least bits plus weighted squared error.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"

namespace imgcnn::rdo {

/// Bits that a squared error of one in a latent symbol counts for when its neighbours' errors are
/// not known. At the optimum of independent errors it is 6 / ln 2 = 8.7, which costs more than it
/// saves: errors towards zero add up in the picture. Measured best on the validation pictures: 40
/// at all rates (25 to 90 lose at most a third of the gain).
constexpr float kRdoqWeight = 40;

/// Returns the nearest symbol that can be coded, within +-kMaxSymbol. NaN, as a damaged model may
/// give it, becomes kMaxSymbol rather than something undefined.
[[nodiscard]] std::int32_t nearest_symbol(float value);

/// Returns, of the nearest symbol, its two neighbours and zero, the one of least bits + weight *
/// (value - symbol)^2. Requires: cdf_index < table.rows(), weight > 0.
[[nodiscard]] std::int32_t cheapest_symbol(const entropy::CdfTable& table, std::size_t cdf_index,
                                           float value, float weight);

/// Returns `cheapest_symbol` of each value. Requires: one CDF index a value, each within the table;
/// weight > 0.
[[nodiscard]] std::vector<std::int32_t> scalar_rdoq(const entropy::CdfTable& table,
                                                    const std::vector<std::uint16_t>& cdf_indexes,
                                                    const std::vector<float>& values, float weight);

}  // namespace imgcnn::rdo
