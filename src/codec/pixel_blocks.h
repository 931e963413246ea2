#pragma once
// Which blocks of a picture are coded as pixels, beside the network.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/base/checked_math.h"
#include "imgcnn/entropy/pixel_coder.h"
#include "rect.h"

namespace imgcnn::codec {

/// Blocks of 16 x 16 samples of a picture as it stands, whichever way round its latent is coded.
struct PixelBlocks {
  int columns = 0, rows = 0;
  std::vector<std::uint8_t> coded;  ///< [rows][columns], not 0 where pixels are coded

  PixelBlocks() = default;
  /// None of a picture's blocks.
  PixelBlocks(int width, int height)
      : columns(ceil_div(width, entropy::kPixelBlock)),
        rows(ceil_div(height, entropy::kPixelBlock)),
        coded(whole().area()) {}

  /// All blocks.
  [[nodiscard]] Rect whole() const { return {0, 0, columns, rows}; }
  [[nodiscard]] std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
           static_cast<std::size_t>(column);
  }
  [[nodiscard]] std::uint8_t at(int column, int row) const { return coded[index(column, row)]; }
  [[nodiscard]] std::size_t count() const {
    return coded.size() - static_cast<std::size_t>(std::count(coded.begin(), coded.end(), 0));
  }
  [[nodiscard]] bool any() const { return count() > 0; }
  /// Of all blocks, 0..1.
  [[nodiscard]] double share() const {
    return coded.empty() ? 0.0 : static_cast<double>(count()) / static_cast<double>(coded.size());
  }
  /// Whether all samples of a rectangle lie in coded blocks.
  [[nodiscard]] bool cover(const Rect& samples) const {
    if (coded.empty()) return false;
    const Rect blocks = enclosing(samples, entropy::kPixelBlock);
    for (int row = blocks.y; row < blocks.bottom(); ++row) {
      for (int column = blocks.x; column < blocks.right(); ++column) {
        if (at(column, row) == 0) return false;
      }
    }
    return true;
  }
};

/// Samples of the picture that lie in a rectangle of blocks.
[[nodiscard]] inline Rect samples_of(const Rect& blocks, const CodingPlan& plan) {
  return intersection(scaled(blocks, entropy::kPixelBlock),
                      {0, 0, plan.picture_width(), plan.picture_height()});
}

/// Tiles of blocks, as the section has them: as many and as large as those of the latent of a
/// picture that stands upright.
[[nodiscard]] inline TileGrid pixel_tiles(const CodingPlan& plan) {
  const int columns = ceil_div(plan.picture_width(), entropy::kPixelBlock),
            rows = ceil_div(plan.picture_height(), entropy::kPixelBlock);
  return {columns, rows, plan.tiled() ? TileGrid::kTileUnit * plan.tile : std::max(columns, rows)};
}

}  // namespace imgcnn::codec
