// Fronts of a plane.

#include "imgcnn/entropy/coding_order.h"

#include <algorithm>

namespace imgcnn::entropy {

CodingOrder::CodingOrder(PlaneSize size) : size_(size) {
  const int width = size.width, height = size.height;
  raster_.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (int t = 0; t <= width - 1 + 2 * (height - 1); ++t) {
    starts_.push_back(raster_.size());
    // x = t - 2 y lies within the plane for these y.
    const int first = std::max(0, (t - width + 2) / 2), last = std::min(height - 1, t / 2);
    for (int y = first; y <= last; ++y)
      raster_.push_back(static_cast<std::uint32_t>(y * width + t - 2 * y));
  }
  starts_.push_back(raster_.size());
}

}  // namespace imgcnn::entropy
