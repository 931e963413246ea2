#pragma once
// The order in which the symbols of a plane are coded: along fronts x + 2 y = t, t rising, so that
// all symbols of a front have their west, north-west, north and north-east neighbours in earlier
// fronts and can be predicted together. Compare "wavefront" processing in HEVC (Chi et al., IEEE
// Trans. CSVT 2012). Specification: FORMAT.md, section 1.3.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/plane_size.h"

namespace imgcnn::entropy {

/// Coding order of one plane of a size. Immutable, hence safe to share among threads.
class CodingOrder {
 public:
  /// Requires: size.height >= 1, size.width >= 1, fewer than 2^31 positions.
  explicit CodingOrder(PlaneSize size);

  [[nodiscard]] PlaneSize size() const { return size_; }
  /// Number of positions of a plane.
  [[nodiscard]] std::size_t positions() const { return raster_.size(); }
  /// Number of fronts.
  [[nodiscard]] std::size_t fronts() const { return starts_.size() - 1; }
  /// Index in coding order of a front's first symbol; positions() for front == fronts().
  [[nodiscard]] std::size_t front_start(std::size_t front) const { return starts_[front]; }
  /// Position in raster order, y * width + x, of the symbol that is coded as number `i` of its
  /// plane.
  [[nodiscard]] std::uint32_t raster(std::size_t i) const { return raster_[i]; }

  /// Calls use(index) with the index of each of `count` values [channels][height][width] in coding
  /// order.
  template <class Use>
  void for_each(std::size_t count, const Use& use) const {
    for (std::size_t plane = 0; plane < count; plane += positions())
      for (const std::uint32_t at : raster_) use(plane + at);
  }

 private:
  PlaneSize size_;
  std::vector<std::uint32_t> raster_;
  std::vector<std::size_t> starts_;  ///< [fronts + 1]
};

}  // namespace imgcnn::entropy
