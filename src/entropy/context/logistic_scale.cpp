// Tables of the logistic scale by recurrence.

#include "logistic_scale.h"

#include <algorithm>

namespace imgcnn::entropy {
namespace {

/// e^(-1/256) * 2^32, rounded.
constexpr std::uint64_t kDecay = 4278222805U;
constexpr std::uint64_t kOne = std::uint64_t{1} << 32;

}  // namespace

LogisticScale::LogisticScale() {
  std::uint64_t power = kOne;  // e^(-i / 256) * 2^32
  for (std::int32_t i = 0; i <= kLogitLimit; ++i) {
    const auto above = static_cast<std::int32_t>((kOne << 16) / (kOne + power));
    const std::int32_t p = std::min(above, 65536 - kLeastProbability);
    squash_[static_cast<std::size_t>(kLogitLimit + i)] = static_cast<std::uint16_t>(p);
    squash_[static_cast<std::size_t>(kLogitLimit - i)] = static_cast<std::uint16_t>(65536 - p);
    power = power * kDecay >> 32;
  }
  // The first logit whose probability reaches the middle of the cell.
  std::int32_t logit = -kLogitLimit;
  for (std::size_t cell = 0; cell < stretch_.size(); ++cell) {
    const auto middle =
        static_cast<std::int32_t>((cell << kStretchShift) + (1U << (kStretchShift - 1)));
    while (logit < kLogitLimit && squash(logit) < middle) ++logit;
    stretch_[cell] = static_cast<std::int16_t>(logit);
  }
}

const LogisticScale& LogisticScale::instance() {
  static const LogisticScale scale;
  return scale;
}

}  // namespace imgcnn::entropy
