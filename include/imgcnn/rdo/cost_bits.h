#pragma once
// What coding a symbol costs under a static frequency table.

#include <cstddef>
#include <cstdint>

#include "imgcnn/entropy/cdf_table.h"

namespace imgcnn::rdo {

/// Returns the ideal cost in bits of coding `symbol` by the CDF at an index of the table, bits
/// behind an escape included. Throws kInvalidArgument for an index outside of the table or a symbol
/// beyond +-kMaxSymbol.
[[nodiscard]] double cost_bits(const entropy::CdfTable& table, std::size_t cdf_index,
                               std::int32_t symbol);

}  // namespace imgcnn::rdo
