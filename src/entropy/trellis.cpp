// Dependent quantisation: the facts, and walks over whole planes.

#include "imgcnn/entropy/trellis.h"

#include <string>

#include "imgcnn/base/error.h"
#include "imgcnn/entropy/cdf_table.h"

namespace imgcnn::entropy {
namespace {

int checked(int first_row, int rows) {
  require(0 <= first_row && first_row < rows && rows + 2 * (rows - first_row) <= static_cast<int>(kMaxRows),
          ErrorCode::kCorrupt, "trellis: its first row is out of range");
  return first_row;
}

}  // namespace

Trellis::Code Trellis::code_of(int states) {
  // Parity checks (octal): 10 and 45; 024 and 103; 126 and 235; 362 and 515; 412 and 1621; 1536 and 2215.
  for (const Code& code : {Code{32, 9, 4}, Code{64, 33, 20}, Code{128, 57, 106}, Code{256, 101, 158},
                           Code{512, 39, 322}, Code{1024, 393, 982}}) {
    if (code.states == states) return code;
  }
  throw Error(ErrorCode::kCorrupt, "trellis: no code of " + std::to_string(states) + " states");
}

Trellis::Trellis(int rows, int first_row, const std::vector<std::int32_t>& steps, int states)
    : rows_(rows), first_row_(checked(first_row, rows)), code_(code_of(states)) {
  require(static_cast<int>(steps.size()) == rows - first_row, ErrorCode::kCorrupt,
          "trellis: not one step for each of its rows");
  for (const std::int32_t step : steps) {
    require(0 < step && step <= kMostStep, ErrorCode::kCorrupt, "trellis: a step is out of range");
    steps_.push_back(static_cast<float>(step) / kStepUnit);
  }
}

Trellis::Trellis(int rows, int first_row, std::int32_t step, int states)
    : Trellis(rows, first_row,
              std::vector<std::int32_t>(static_cast<std::size_t>(rows - checked(first_row, rows)), step), states) {}

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
