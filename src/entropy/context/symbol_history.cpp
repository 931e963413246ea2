// Logarithms by table, rings by sums of rows and columns.

#include "symbol_history.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "integer_log.h"

namespace imgcnn::entropy {
SymbolHistory::SymbolHistory(int channels, PlaneSize size)
    : channels_(channels),
      size_(size),
      stride_(size.width + 2 * kMargin),
      plane_(stride_ * (size.height + 2 * kMargin)),
      levels_(static_cast<std::size_t>(plane_) * static_cast<std::size_t>(channels + 1)),
      values_(levels_.size()),
      rings_(levels_.size()),
      magnitudes_(static_cast<std::size_t>(plane_)),
      sums_(static_cast<std::size_t>(plane_)) {}

void SymbolHistory::set(std::ptrdiff_t offset, std::int32_t level) {
  const auto at = static_cast<std::size_t>(channel_ * plane_ + offset);
  levels_[at] = signed_octaves(level);
  values_[at] = static_cast<std::int8_t>(std::clamp(level, -kMostValue, kMostValue));
  magnitudes_[static_cast<std::size_t>(offset)] =
      static_cast<std::int16_t>(std::min(std::abs(level), kMostLevel));
  any_ = any_ || level != 0;
}

void SymbolHistory::finish_channel() {
  if (any_) {  // else its rings are the zeros that they were made with
    const std::int16_t* const m = magnitudes_.data();
    std::int16_t* const sums = sums_.data();
    for (std::ptrdiff_t i = 1; i + 1 < plane_; ++i)
      sums[i] = static_cast<std::int16_t>(m[i - 1] + m[i] + m[i + 1]);
    std::int8_t* const rings = rings_.data() + channel_ * plane_;
    for (int y = -1; y <= size_.height; ++y) {
      for (std::ptrdiff_t i = offset(y, -1); i <= offset(y, size_.width); ++i) {
        const int ring = sums[i - stride_] + sums[i] + sums[i + stride_] - m[i];
        rings[i] = kOctaves[static_cast<std::size_t>(ring)];
      }
    }
    std::fill(magnitudes_.begin(), magnitudes_.end(), std::int16_t{0});
    any_ = false;
  }
  ++channel_;
}

}  // namespace imgcnn::entropy
