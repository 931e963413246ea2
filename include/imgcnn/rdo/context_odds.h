#pragma once
// What contexts make of the odds of magnitudes, for searches that weigh bits: how far the context
// coder's network moves them from those of the static distributions.

#include <array>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/context_coder.h"

namespace imgcnn::rdo {

/// Shifts of one symbol, in units of log2 of the odds, by the quantizer that might code it;
/// independent symbols use the first. Zero where nothing is predicted.
struct OddsShift {
  std::array<float, 2> gt0{};  ///< of a magnitude greater than 0
  std::array<float, 2> gt1{};  ///< of a magnitude greater than 1, given that it is greater than 0
};

/// Returns the shifts of symbols [channels][height][width] when these are coded: what one symbol
/// becomes changes the shifts of those behind it. Requires what ContextCoder::encode requires.
[[nodiscard]] std::vector<OddsShift> context_odds(const entropy::ContextCoder& coder,
                                                  const std::vector<std::int32_t>& symbols,
                                                  const std::vector<std::uint16_t>& cdf_indexes,
                                                  const entropy::CodingOrder& order, int quality16);

}  // namespace imgcnn::rdo
