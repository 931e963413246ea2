#pragma once
// Bits of a symbol's magnitude, kept ready by CDF: trellis searches ask for millions of them, and
// contexts shift them. The odds are those of the two flags that video coders call gt0 and gt1:
// "greater than 0", and "greater than 1" among those greater than 0 (ITU-T H.266, 9.3.4).

#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/rdo/cost_bits.h"

namespace imgcnn::rdo {

/// Bits of the magnitudes of one symbol, its sign included.
struct MagnitudeBits {
  float zero = 0;    ///< bits of 0
  float one = 0;     ///< bits of 1
  float larger = 0;  ///< bits that say "more than 1, of either sign", without saying what

  /// Bits that 1 costs more than 0.
  [[nodiscard]] float step() const { return one - zero; }
};

/// The magnitude bits of each CDF of a table. Requires CDFs that give v and -v the same frequency.
class RowBitCosts {
 public:
  explicit RowBitCosts(const entropy::CdfTable& table);

  /// Returns the bits by a CDF whose odds are moved: gt0_shift and gt1_shift are added to log2 of
  /// its own odds. Requires: cdf_index within the table.
  [[nodiscard]] MagnitudeBits magnitude_bits(std::size_t cdf_index, float gt0_shift = 0,
                                             float gt1_shift = 0) const;

  /// log2 of the CDF's own odds of a magnitude greater than 0.
  [[nodiscard]] float gt0(std::size_t cdf_index) const { return odds_[cdf_index].gt0; }
  /// log2 of the CDF's own odds of a magnitude greater than 1, given that it is greater than 0.
  [[nodiscard]] float gt1(std::size_t cdf_index) const { return odds_[cdf_index].gt1; }

  /// Returns the bits of any magnitude 0..kMaxSymbol: `by` are `magnitude_bits` of this CDF.
  [[nodiscard]] float bits(const MagnitudeBits& by, std::size_t cdf_index,
                           std::int32_t magnitude) const {
    if (magnitude < 2) return magnitude == 0 ? by.zero : by.one;
    const float table = magnitude < kKept
                            ? kept_[cdf_index * kKept + static_cast<std::size_t>(magnitude)]
                            : static_cast<float>(cost_bits(table_, cdf_index, magnitude));
    return by.larger + table - odds_[cdf_index].larger;
  }

 private:
  static constexpr std::int32_t kKept = 16;
  struct Odds {
    float gt0, gt1;  ///< log2
    float larger;    ///< bits that say "more than 1" by the table alone
  };
  entropy::CdfTable table_;
  std::vector<float> kept_;  ///< [CDFs][kKept] bits of the small magnitudes by the table
  std::vector<Odds> odds_;   ///< [CDFs]
};

}  // namespace imgcnn::rdo
