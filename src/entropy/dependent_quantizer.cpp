// The convolutional codes of dependent quantization, and its way over whole planes.

#include "imgcnn/entropy/dependent_quantizer.h"

#include <string>

#include "imgcnn/base/error.h"
#include "imgcnn/entropy/cdf_table.h"

namespace imgcnn::entropy {
namespace {

/// Returns `first` where it is in range. Called before anything is sized by it, as it comes from a
/// model file; each index has two dependent ones behind it, all of which must fit 16 bits.
int checked(int first, int indexes) {
  require(0 <= first && first < indexes &&
              indexes + 2 * (indexes - first) <= static_cast<int>(kMaxRows),
          ErrorCode::kCorrupt, "trellis: its first row is out of range");
  return first;
}

TrellisCode code_of(int states) {
  for (const TrellisCode& code : kTrellisCodes) {
    if (code.states == states) return code;
  }
  throw Error(ErrorCode::kCorrupt, "trellis: no code of " + std::to_string(states) + " states");
}

}  // namespace

DependentQuantizer::DependentQuantizer(int indexes, int first,
                                       const std::vector<std::int32_t>& steps, int states)
    : indexes_(indexes), first_(checked(first, indexes)), steps_(steps), code_(code_of(states)) {
  require(static_cast<int>(steps.size()) == indexes - first, ErrorCode::kCorrupt,
          "trellis: not one step for each of its rows");
  // A step of zero would put all points on one place, a large one says that the file is damaged.
  for (const std::int32_t step : steps)
    require(0 < step && step <= kMaxStep, ErrorCode::kCorrupt, "trellis: a step is out of range");
}

DependentQuantizer::DependentQuantizer(int indexes, int first, std::int32_t step, int states)
    : DependentQuantizer(indexes, first,
                         std::vector<std::int32_t>(
                             static_cast<std::size_t>(indexes - checked(first, indexes)), step),
                         states) {}

std::vector<std::uint16_t> coding_indexes(const DependentQuantizer& quantizer,
                                          const std::vector<std::uint16_t>& cdf_indexes,
                                          const std::vector<std::int32_t>& symbols,
                                          const CodingOrder& order) {
  std::vector<std::uint16_t> result(cdf_indexes.size());
  DqState state(quantizer);
  order.for_each(result.size(), [&](std::size_t i) {
    result[i] = state.coding_index(cdf_indexes[i]);
    state.advance(cdf_indexes[i], symbols[i]);
  });
  return result;
}

}  // namespace imgcnn::entropy
