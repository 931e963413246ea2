// Sums over the entries of each CDF.

#include "index_statistics.h"

#include <algorithm>
#include <cstdlib>

#include "integer_log.h"
#include "logistic_scale.h"

namespace imgcnn::entropy {
namespace {

constexpr std::int32_t kMostLevel = 95;

/// First magnitude that an exponent e stands for: kUnaryDecisions - 1 + 2^e.
constexpr std::int32_t first_of_exponent(std::size_t e) {
  return static_cast<std::int32_t>(kUnaryDecisions) - 1 + (std::int32_t{1} << e);
}

/// Share of `part` in `whole`, 0..65535 in units of 2^-16; nothing is known where `whole` is 0.
std::uint32_t share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<std::uint32_t>(part * 65535 / std::max<std::uint64_t>(whole, 1));
}

IndexStatistics statistics_of(const CdfTable& table, std::size_t index,
                              const DependentQuantizer& quantizer) {
  const LogisticScale& scale = LogisticScale::instance();
  std::array<std::uint64_t, kUnaryDecisions + 1> at_least{};        // frequency of magnitudes >= k
  std::array<std::uint64_t, kExponentDecisions + 1> at_exponent{};  // the same of exponents >= e
  std::uint64_t symbols = 0, levels = 0, negative = 0;
  const std::int32_t entries = table.lengths()[index];
  for (std::int32_t entry = 0; entry < entries; ++entry) {
    const bool escape = entry == entries - 1;
    const std::uint64_t frequency = table.interval(index, entry).frequency;
    // What lies behind the escape is larger than all that the CDF names.
    const std::int32_t largest =
        std::max(std::abs(table.offsets()[index]), table.offsets()[index] + entries - 1);
    const std::int32_t magnitude = escape ? largest : std::abs(table.offsets()[index] + entry);
    for (std::size_t k = 0; k < at_least.size() && static_cast<std::int32_t>(k) <= magnitude; ++k)
      at_least[k] += frequency;
    for (std::size_t e = 0; e < at_exponent.size() && first_of_exponent(e) <= magnitude; ++e)
      at_exponent[e] += frequency;
    if (escape) continue;
    if (table.offsets()[index] + entry < 0) negative += frequency;
    const auto weighted = [&](std::int32_t m) {
      return frequency * static_cast<std::uint64_t>(std::min(m, kMagnitudeLimit));
    };
    symbols += weighted(magnitude);
    levels += weighted(quantizer.context_level(magnitude, quantizer.quantizer_of(index)));
  }
  IndexStatistics of;
  of.magnitude = static_cast<std::int32_t>(levels);
  of.level = std::min(quarter_octaves(std::max<std::uint64_t>(symbols, 1)), kMostLevel);
  of.gt0 = share(at_least[1], at_least[0]);
  of.gt1 = share(at_least[2], at_least[1]);
  // Where a CDF knows nothing, one is as likely as the other.
  const auto logit = [&](std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return std::int16_t{0};
    return static_cast<std::int16_t>(scale.stretch(static_cast<std::int32_t>(share(part, whole))));
  };
  // The escape may be of either sign, so it is left out.
  const std::uint64_t escaped = table.interval(index, entries - 1).frequency;
  of.negative = logit(negative, at_least[1] - std::min(escaped, at_least[1]));
  for (std::size_t k = 0; k < kUnaryDecisions; ++k)
    of.greater[k] = logit(at_least[k + 1], at_least[k]);
  for (std::size_t e = 0; e < kExponentDecisions; ++e)
    of.exponent[e] = logit(at_exponent[e + 1], at_exponent[e]);
  return of;
}

}  // namespace

std::vector<IndexStatistics> index_statistics(const CdfTable& table,
                                              const DependentQuantizer& quantizer) {
  std::vector<IndexStatistics> result;
  result.reserve(table.rows());
  for (std::size_t index = 0; index < table.rows(); ++index)
    result.push_back(statistics_of(table, index, quantizer));
  return result;
}

}  // namespace imgcnn::entropy
