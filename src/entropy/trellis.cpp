// Dependent quantisation: the facts, and walks over whole planes.

#include "imgcnn/entropy/trellis.h"

#include <string>

#include "imgcnn/base/error.h"
#include "imgcnn/entropy/cdf_table.h"

namespace imgcnn::entropy {

Trellis::Code Trellis::code_of(int states) {
  // Parity checks (octal): 10 and 45; 024 and 103; 126 and 235; 362 and 515.
  for (const Code& code : {Code{32, 9, 4}, Code{64, 33, 20}, Code{128, 57, 106}, Code{256, 101, 158}}) {
    if (code.states == states) return code;
  }
  throw Error(ErrorCode::kCorrupt, "trellis: no code of " + std::to_string(states) + " states");
}

Trellis::Trellis(int rows, int first_row, int step, int states)
    : rows_(rows), first_row_(first_row), step_(step), code_(code_of(states)) {
  require(0 <= first_row && first_row < rows && rows + 2 * (rows - first_row) <= static_cast<int>(kMaxRows), ErrorCode::kCorrupt,
          "trellis: its first row is out of range");
  require(0 < step && step <= kStepUnit, ErrorCode::kCorrupt, "trellis: its step is out of range");
}

std::vector<std::uint16_t> walked_rows(const Trellis& trellis, const std::vector<std::uint16_t>& rows,
                                       const std::vector<std::int32_t>& symbols) {
  std::vector<std::uint16_t> result(rows.size());
  TrellisWalk walk(trellis);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result[i] = walk.row(rows[i]);
    walk.pass(rows[i], symbols[i]);
  }
  return result;
}

std::vector<float> walked_values(const Trellis& trellis, const std::vector<std::uint16_t>& rows,
                                 const std::vector<std::int32_t>& symbols) {
  std::vector<float> result(rows.size());
  TrellisWalk walk(trellis);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result[i] = walk.value(rows[i], symbols[i]);
    walk.pass(rows[i], symbols[i]);
  }
  return result;
}

}  // namespace imgcnn::entropy
