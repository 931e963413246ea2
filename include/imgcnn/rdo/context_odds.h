#pragma once
// What contexts make of the odds of magnitudes, for searches that weigh bits: how far the context
// coder's network moves them from those of the static distributions.

#include <array>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/context_coder.h"

namespace imgcnn::rdo {

/// What is added to the logits of one symbol, in 1/256 nat, by the quantizer that might code it;
/// independent symbols use the first. Zero where nothing is predicted.
struct OddsShift {
  std::array<std::int16_t, 2> gt0{};  ///< of a magnitude greater than 0
  /// Of a magnitude greater than 1, given that it is greater than 0.
  std::array<std::int16_t, 2> gt1{};
};

/// Returns the shifts of symbols [channels][height][width] when these are coded: what one symbol
/// becomes changes the shifts of those behind it. Requires what ContextCoder::encode requires.
[[nodiscard]] std::vector<OddsShift> context_odds(const entropy::ContextCoder& coder,
                                                  const std::vector<std::int32_t>& symbols,
                                                  const std::vector<std::uint16_t>& cdf_indexes,
                                                  const entropy::CodingOrder& order, int quality16);

}  // namespace imgcnn::rdo
