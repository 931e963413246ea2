#pragma once
// The few symbols worth a thought for one value, and what each costs. Only for trellis_search.cpp.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/rdo/magnitude_bits.h"

namespace imgcnn::rdo {

/// A symbol's cost, bits + weight * squared error, and its reconstruction point.
struct Candidate {
  float cost, point;
};

/// The candidates of one symbol.
struct SymbolCandidates {
  const entropy::DependentQuantizer& dq;
  const RowBitCosts& costs;
  std::array<MagnitudeBits, 2> bits;  ///< by quantizer
  std::uint16_t cdf_index;            ///< before dependent quantization
  /// Of the quantizers, in units of the latent; unused where independent.
  float step;
  float value;   ///< within +-kMaxSymbol
  float weight;  ///< bits that a squared error of one counts for

  /// Returns the candidate of a symbol that one of the quantizers codes. Requires: the symbol is
  /// dependent.
  [[nodiscard]] Candidate dependent(int quantizer, std::int32_t symbol) const {
    const float point =
        static_cast<float>(entropy::DependentQuantizer::reconstruction_level(symbol, quantizer)) *
        step;
    return candidate(quantizer, dq.dependent_index(cdf_index, quantizer), symbol, point);
  }
  /// Returns the candidate of a symbol that is its own reconstruction point.
  [[nodiscard]] Candidate independent(std::int32_t symbol) const {
    return candidate(0, cdf_index, symbol, static_cast<float>(symbol));
  }

  /// Calls `use` with four symbols or less: those of the quantizer's points on both sides of the
  /// value, and zero; where zero is one of these, with the other side of it too.
  template <class Use>
  void for_each_dependent(int quantizer, const Use& use) const {
    const float steps = value / step;
    // Points lie at 2 * symbol - sign(symbol) * quantizer steps.
    const float odd = quantizer == 0 ? 0.0F : (steps > 0 ? 1.0F : -1.0F);
    around(static_cast<std::int32_t>(std::floor((steps + odd) / 2)), use);
  }
  /// Does the same with the integers around the value.
  template <class Use>
  void for_each_independent(const Use& use) const {
    around(static_cast<std::int32_t>(std::floor(value)), use);
  }

 private:
  [[nodiscard]] Candidate candidate(int quantizer, std::size_t coding_index, std::int32_t symbol,
                                    float point) const {
    const float magnitude =
        costs.bits(bits[static_cast<std::size_t>(quantizer)], coding_index, std::abs(symbol));
    return {magnitude + weight * (point - value) * (point - value), point};
  }

  template <class Use>
  static void around(std::int32_t below, const Use& use) {
    below = std::clamp(below, -entropy::kMaxSymbol, entropy::kMaxSymbol - 1);
    use(below);
    use(below + 1);
    if (below > 0 || below < -1) use(0);
    if (below == 0) use(-1);
    if (below == -1) use(1);
  }
};

}  // namespace imgcnn::rdo
