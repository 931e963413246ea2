#pragma once
// Bounds of what a model file holds.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace imgcnn::entropy {

/// Whether all values lie within +-limit.
template <class T>
[[nodiscard]] bool within(const std::vector<T>& values, std::int32_t limit) {
  return std::all_of(values.begin(), values.end(),
                     [limit](std::int32_t v) { return v >= -limit && v <= limit; });
}

}  // namespace imgcnn::entropy
