#pragma once
// An encoder's ways through the trellis: the cheapest, and the mean of all. Decoders know nothing of them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/entropy/trellis.h"

namespace imgcnn::entropy {

/// Bits of magnitudes in one place, signs included.
struct MagnitudePrice {
  float zero = 0, one = 0;
  float larger = 0;  ///< than 1, without saying which

  /// Bits that 1 costs more than 0.
  [[nodiscard]] float step() const { return one - zero; }
};

/// Bits of magnitudes under the rows of a table: searches ask for them at every turn. Requires: rows that do not tell v
/// from -v.
class MagnitudeCosts {
 public:
  explicit MagnitudeCosts(const CdfTable& table);

  /// By a row, when the odds of more than 0 and, above that, of more than 1 are others: log2 of how much larger than
  /// the row's own.
  [[nodiscard]] MagnitudePrice price(std::size_t row, float first_shift = 0, float second_shift = 0) const;
  /// log2 of the row's own odds.
  [[nodiscard]] float first(std::size_t row) const { return odds_[row].first; }
  [[nodiscard]] float second(std::size_t row) const { return odds_[row].second; }
  /// Bits of a magnitude at a price of its row.
  [[nodiscard]] float bits(const MagnitudePrice& price, std::size_t row, std::int32_t magnitude) const {
    if (magnitude < 2) return magnitude == 0 ? price.zero : price.one;
    const float table = magnitude < kKept ? kept_[row * kKept + static_cast<std::size_t>(magnitude)]
                                          : static_cast<float>(table_.cost_bits(row, magnitude));
    return price.larger + table - odds_[row].larger;
  }

 private:
  static constexpr std::int32_t kKept = 16;
  struct Odds {
    float first, second;
    float larger;  ///< bits that say |v| > 1
  };
  CdfTable table_;
  std::vector<float> kept_;  ///< [rows][kKept]
  std::vector<Odds> odds_;
};

/// Ways to code values, one after the other in coding order, under rows that the trellis may lead away from. Each
/// symbol that takes part stands for one of the two points around its value, of the quantiser in turn, or for zero;
/// others are chosen alone. What cannot be coded is limited, what is not a number taken for the largest.
class TrellisSearch {
 public:
  /// Bits as the rows say. Requires: rows within the trellis or, without one, within the table.
  TrellisSearch(const Trellis& trellis, const CdfTable& table, std::vector<std::uint16_t> rows);

  /// Bits as contexts say: `odds` are those along the path `walked`. That of the quantiser not taken is shifted by as
  /// much.
  void follow(const std::vector<std::int32_t>& walked, const MagnitudeOdds& odds);

  /// Bits that a magnitude of 1 costs more than 0 where a symbol is chosen alone; 0 where it takes part.
  [[nodiscard]] float step_bits(std::size_t i) const { return trellis_.takes(rows_[i]) ? 0.0F : prices_[i][0].step(); }

  /// Symbols of least bits + weight * squared error in all, by the Viterbi algorithm. Requires: weight > 0.
  [[nodiscard]] std::vector<std::int32_t> cheapest_path(const std::vector<float>& values, float weight) const;

  /// What symbols stand for in the mean when a way of cost bits + weight * squared error has probability exp(-cost /
  /// temperature), by the forward-backward algorithm (Bahl, Cocke, Jelinek, Raviv, IEEE Trans. Inf. Theory 1974).
  /// Below a fortieth of the weight the temperature is taken for that. Requires: weight, temperature > 0.
  [[nodiscard]] std::vector<float> expected_values(const std::vector<float>& values, float weight,
                                                   float temperature) const;

 private:
  Trellis trellis_;
  MagnitudeCosts costs_;
  std::vector<std::uint16_t> rows_;
  std::vector<std::size_t> places_;                    ///< of the symbols that take part
  std::vector<std::array<MagnitudePrice, 2>> prices_;  ///< by quantiser; alone the first
};

}  // namespace imgcnn::entropy
