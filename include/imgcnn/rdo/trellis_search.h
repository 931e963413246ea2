#pragma once
// An encoder's choice of symbols under dependent quantization (entropy/dependent_quantizer.h):
// trellis-coded quantization by Viterbi's algorithm, and its soft twin that averages over all
// paths. Schwarz, Nguyen, Marpe, Wiegand, "Hybrid video coding with trellis-coded quantization",
// DCC 2019.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/coding_order.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/rdo/context_odds.h"
#include "imgcnn/rdo/magnitude_bits.h"

namespace imgcnn::rdo {

struct SymbolCandidates;

/// Searches symbols for real values in coding order. A dependent symbol may become one of the two
/// points of its quantizer around the value, or zero; other symbols are chosen alone, from the
/// integers around the value and zero. Values beyond +-kMaxSymbol are limited to that, NaN becomes
/// kMaxSymbol.
class TrellisSearch {
 public:
  /// Searches by the bits of the table. CDF indexes, and all vectors below, are planes of the
  /// order. Requires: CDF indexes within the quantizer or, where it is empty, the table.
  TrellisSearch(const entropy::DependentQuantizer& quantizer, const entropy::CdfTable& table,
                std::vector<std::uint16_t> cdf_indexes, const entropy::CodingOrder& order);

  /// Replaces the bits by those of contexts. Requires: as many shifts as CDF indexes.
  void follow(std::vector<OddsShift> shifts);

  /// Returns the bits that a magnitude of 1 costs more than 0 at symbol i; 0 where the symbol is
  /// dependent.
  [[nodiscard]] float step_bits(std::size_t i) const;

  /// Returns the symbols of least total bits + weight * squared error, in coding order. Requires: a
  /// value for each CDF index, weight > 0.
  [[nodiscard]] std::vector<std::int32_t> cheapest_path(const std::vector<float>& values,
                                                        float weight) const;

  /// Returns the mean reconstruction points when a path of cost bits + weight * squared error has
  /// the probability exp(-cost / temperature), temperature in bits. Below weight / 40 the
  /// temperature is raised to that. Requires: a value for each CDF index, weight, temperature > 0.
  [[nodiscard]] std::vector<float> expected_values(const std::vector<float>& values, float weight,
                                                   float temperature) const;

 private:
  /// Bits by the table alone, by quantizer; independent symbols use the first.
  [[nodiscard]] std::array<MagnitudeBits, 2> static_bits(std::uint16_t cdf_index) const {
    if (!quantizer_.applies_to(cdf_index)) return {static_bits_[cdf_index], {}};
    return {static_bits_[quantizer_.dependent_index(cdf_index, 0)],
            static_bits_[quantizer_.dependent_index(cdf_index, 1)]};
  }
  /// Bits by contexts, where these are followed.
  [[nodiscard]] std::array<MagnitudeBits, 2> bits_of(std::size_t i) const;
  [[nodiscard]] SymbolCandidates candidates(std::size_t i, float value, float weight) const;

  entropy::DependentQuantizer quantizer_;
  RowBitCosts costs_;
  std::vector<float> steps_;  ///< [CDFs of the table] of the dependent ones, in units of the latent
  std::vector<std::uint16_t> cdf_indexes_;
  /// Positions of the dependent symbols, in coding order.
  std::vector<std::uint32_t> dependent_;
  /// [CDFs of the table]: millions of symbols have a few hundred.
  std::vector<MagnitudeBits> static_bits_;
  /// [symbols] by contexts; empty before `follow`. Bits are computed from them each time: kept,
  /// they would fill three times as much memory.
  std::vector<OddsShift> shifts_;
};

}  // namespace imgcnn::rdo
