#pragma once
// An encoder's choice of symbols under dependent quantization (entropy/dependent_quantizer.h): trellis-coded
// quantization by Viterbi's algorithm, and its soft twin that averages over all paths. Schwarz, Nguyen, Marpe, Wiegand,
// "Hybrid video coding with trellis-coded quantization", DCC 2019.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/rdo/magnitude_bits.h"

namespace imgcnn::rdo {

/// Searches symbols for real values in coding order. A dependent symbol may become one of the two points of its
/// quantizer around the value, or zero; other symbols are chosen alone, from the integers around the value and zero.
/// Values beyond +-kMaxSymbol are limited to that, NaN becomes kMaxSymbol.
class TrellisSearch {
 public:
  /// Searches by the bits of the table. Requires: CDF indexes within the quantizer or, where it is empty, the table.
  TrellisSearch(const entropy::DependentQuantizer& quantizer, const entropy::CdfTable& table,
                std::vector<std::uint16_t> cdf_indexes);

  /// Replaces the bits by those of contexts: `odds` hold, for each symbol of the path `symbols`, log2 of the odds that
  /// the context model gives it. The quantizer that the path did not take is shifted from its table by as much.
  /// Requires: as many symbols and odds as CDF indexes.
  void follow(const std::vector<std::int32_t>& symbols, const entropy::MagnitudeOdds& odds);

  /// Returns the bits that a magnitude of 1 costs more than 0 at symbol i; 0 where the symbol is dependent.
  [[nodiscard]] float step_bits(std::size_t i) const {
    return quantizer_.applies_to(cdf_indexes_[i]) ? 0.0F : bits_[i][0].step();
  }

  /// Returns the symbols of least total bits + weight * squared error, in coding order. Requires: a value for each CDF
  /// index, weight > 0.
  [[nodiscard]] std::vector<std::int32_t> cheapest_path(const std::vector<float>& values, float weight) const;

  /// Returns the mean reconstruction points when a path of cost bits + weight * squared error has the probability
  /// exp(-cost / temperature), temperature in bits. Below weight / 40 the temperature is raised to that. Requires: a
  /// value for each CDF index, weight, temperature > 0.
  [[nodiscard]] std::vector<float> expected_values(const std::vector<float>& values, float weight,
                                                   float temperature) const;

 private:
  entropy::DependentQuantizer quantizer_;
  RowBitCosts costs_;
  std::vector<std::uint16_t> cdf_indexes_;
  std::vector<std::size_t> dependent_;              ///< positions of the dependent symbols, ascending
  std::vector<std::array<MagnitudeBits, 2>> bits_;  ///< [symbols][quantizer]; independent ones use the first
};

}  // namespace imgcnn::rdo
