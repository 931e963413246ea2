// Ideal code lengths: -log2 of the frequency, and the plain bits of the escape code.

#include "imgcnn/rdo/cost_bits.h"

#include <cmath>

#include "imgcnn/base/error.h"

namespace imgcnn::rdo {

double cost_bits(const entropy::CdfTable& table, std::size_t cdf_index, std::int32_t symbol) {
  require(cdf_index < table.rows(), ErrorCode::kInvalidArgument, "row outside of the table");
  require(symbol >= -entropy::kMaxSymbol && symbol <= entropy::kMaxSymbol,
          ErrorCode::kInvalidArgument, "symbol exceeds 2^20");
  const std::int32_t entry = table.entry_of(cdf_index, symbol);
  double bits = entropy::kPrecision -
                std::log2(static_cast<double>(table.interval(cdf_index, entry).frequency));
  // The last entry is the escape: its sign and exponent take the prefix, its mantissa as many bits
  // as the exponent says.
  if (entry == table.lengths()[cdf_index] - 1)
    bits += entropy::kEscapePrefixBits + entropy::escape_code(table, cdf_index, symbol).exponent;
  return bits;
}

}  // namespace imgcnn::rdo
