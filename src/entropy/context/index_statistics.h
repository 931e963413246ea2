#pragma once
// What each distribution of a table says of magnitudes by itself, as the context coder needs it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_coder.h"
#include "imgcnn/entropy/dependent_quantizer.h"

namespace imgcnn::entropy {

/// Exponents of an Exp-Golomb code for what is left above, in unary too.
constexpr std::size_t kExponentDecisions = 20;
/// Magnitudes beyond count as this in sums.
constexpr std::int32_t kMagnitudeLimit = 64;

/// Statistics of one CDF. Probabilities are in units of 2^-16, logits of 1/256 nat.
struct IndexStatistics {
  /// Expected |context level|, at most kMagnitudeLimit, units of 2^-16.
  std::int32_t magnitude = 0;
  std::int32_t level = 0;     ///< expected |symbol| in quarter octaves of 2^-16, 0..95
  std::uint32_t gt0 = 0;      ///< probability of |symbol| > 0
  std::uint32_t gt1 = 0;      ///< probability of |symbol| > 1 given |symbol| > 0
  std::int16_t negative = 0;  ///< logit of symbol < 0 given |symbol| > 0
  /// Logits of |symbol| > k given |symbol| >= k.
  std::array<std::int16_t, kUnaryDecisions> greater{};
  /// Logits of a larger exponent than e given >= e.
  std::array<std::int16_t, kExponentDecisions> exponent{};
};

/// Statistics of all CDFs of a table. Integers only.
[[nodiscard]] std::vector<IndexStatistics> index_statistics(const CdfTable& table,
                                                            const DependentQuantizer& quantizer);

}  // namespace imgcnn::entropy
