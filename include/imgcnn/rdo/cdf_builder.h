#pragma once
// Makes frequency tables from probabilities when a model is exported. A decoder reads finished
// tables and calls nothing of this, so floating point does no harm here. Gaussian tables: Balle,
// Minnen, Singh, Hwang, Johnston, "Variational image compression with a scale hyperprior", ICLR
// 2018, section 3.

#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/dependent_quantizer.h"

namespace imgcnn::rdo {

/// One row of a table, the CDF of one index, before it is joined with others.
struct TableRow {
  std::int32_t offset = 0;                 ///< the first symbol
  std::vector<std::uint16_t> frequencies;  ///< one a symbol, then the escape's; they sum to 65536
};

/// Quantizes probabilities so that the expected cost in bits is least among all frequencies that
/// are at least 1 and sum to 65536. `pmf[i]` belongs to symbol first_symbol + i, `tail_mass` to the
/// escape; they need not sum to one. Throws kInvalidArgument: no or more than 4095 symbols, a
/// negative or non-finite value, nothing but zeros.
[[nodiscard]] TableRow quantize_pmf(const std::vector<double>& pmf, double tail_mass,
                                    int first_symbol);

/// Joins rows to a table, in their order. Throws kCorrupt naming `name` where CdfTable refuses
/// them.
[[nodiscard]] entropy::CdfTable join_rows(const std::vector<TableRow>& rows,
                                          const std::string& name);

/// Builds a table of zero-mean Gaussians, each convolved with the bin of its symbol: a row for each
/// standard deviation, log-spaced from `sigma_min` (index 0) to `sigma_max` (index rows - 1), in
/// bins of width one; behind them the rows of the two quantizers of `dependent`, in bins that end
/// half-way between their points. A row ends where less than about 2^-17 remains on both sides
/// together, which the escape takes. Throws kInvalidArgument unless 0 < sigma_min <= sigma_max and
/// 1 <= rows <= 65536.
[[nodiscard]] entropy::CdfTable build_gaussian_table(
    int rows, double sigma_min, double sigma_max,
    const entropy::DependentQuantizer& dependent = {});

/// Returns the standard deviation of such a row in units of the latent. Requires: 0 <= row < rows.
[[nodiscard]] double gaussian_sigma(int row, int rows, double sigma_min, double sigma_max);

}  // namespace imgcnn::rdo
