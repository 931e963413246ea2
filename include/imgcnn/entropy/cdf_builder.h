#pragma once
// Turns probabilities into frequency tables when a model is exported. The only floating point of this layer: a decoder
// reads finished tables and calls nothing of this.

#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/trellis.h"

namespace imgcnn::entropy {

/// One row of a table before it is joined with others. The last frequency is the escape's.
struct TableRow {
  std::int32_t offset = 0;
  std::vector<std::uint16_t> frequencies;
};

/// Quantises probabilities so that the expected cost in bits is least among all frequencies that are at least 1 and sum
/// to 65536. `pmf[i]` belongs to symbol first_symbol + i, `tail_mass` to the escape; they need not sum to one.
/// Throws kInvalidArgument: no or more than 4095 symbols, a negative or non-finite value, nothing but zeros.
[[nodiscard]] TableRow quantize_pmf(const std::vector<double>& pmf, double tail_mass, int first_symbol);

/// Throws kCorrupt naming `name` (see CdfTable).
[[nodiscard]] CdfTable join_rows(const std::vector<TableRow>& rows, const std::string& name);

/// Zero-mean Gaussians convolved with the unit bin, one row per standard deviation, log-spaced from `sigma_min` (row 0)
/// to `sigma_max` (last row). A row ends where less than about 2^-17 remains on both sides together, which the escape
/// takes. Throws kInvalidArgument unless 0 < sigma_min <= sigma_max and 1 <= rows <= 65536.
/// Source: Balle et al., "Variational image compression with a scale hyperprior", ICLR 2018, section 3.
/// Behind them come the rows of the trellis' two quantisers, in bins that end half-way between their points.
[[nodiscard]] CdfTable build_gaussian_table(int rows, double sigma_min, double sigma_max, const Trellis& trellis = {});

/// Standard deviation of a row of those.
[[nodiscard]] double gaussian_sigma(int row, int rows, double sigma_min, double sigma_max);

}  // namespace imgcnn::entropy
