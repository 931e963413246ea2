// From frequencies to odds, and from odds to bits.

#include "imgcnn/rdo/magnitude_bits.h"

#include <algorithm>
#include <cmath>

namespace imgcnn::rdo {
namespace {

/// Returns log2(1 + 2^x), the bits of "no" where log2 of the odds of "yes" is x.
float bits_of_no(float odds) { return odds > 30 ? odds : std::log2(1 + std::exp2(odds)); }

}  // namespace

RowBitCosts::RowBitCosts(const entropy::CdfTable& table) : table_(table) {
  for (std::size_t index = 0; index < table.rows(); ++index) {
    for (std::int32_t magnitude = 0; magnitude < kKept; ++magnitude)
      kept_.push_back(static_cast<float>(cost_bits(table, index, magnitude)));
    // Probabilities of 0 and of +-1: a cost is -log2 of that of one sign.
    const double zero = std::exp2(-cost_bits(table, index, 0)),
                 one = std::exp2(1 - cost_bits(table, index, 1));
    // What integer frequencies leave beyond 1 may be nothing.
    const double beyond = std::max(1 - zero - one, 1.0 / 65536);
    odds_.push_back({static_cast<float>(std::log2((one + beyond) / zero)),
                     static_cast<float>(std::log2(beyond / one)),
                     static_cast<float>(-std::log2(beyond))});
  }
}

MagnitudeBits RowBitCosts::magnitude_bits(std::size_t cdf_index, float gt0_shift,
                                          float gt1_shift) const {
  const float gt0 = odds_[cdf_index].gt0 + gt0_shift, gt1 = odds_[cdf_index].gt1 + gt1_shift;
  // "Yes" takes as many bits as "no", less the odds.
  const float zero = bits_of_no(gt0), not_zero = zero - gt0, not_larger = bits_of_no(gt1);
  // The sign of 1 takes a bit; that of a larger magnitude is in the table's own bits.
  return {zero, not_zero + not_larger + 1, not_zero + not_larger - gt1};
}

}  // namespace imgcnn::rdo
