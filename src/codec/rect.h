#pragma once
// Rectangles of planes: cutting, pasting, and the grid of tiles that large pictures are coded in.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "imgcnn/base/checked_math.h"

namespace imgcnn::codec {

/// Positions [y, y + height) x [x, x + width).
struct Rect {
  int x = 0, y = 0, width = 0, height = 0;

  [[nodiscard]] int right() const { return x + width; }
  [[nodiscard]] int bottom() const { return y + height; }
  [[nodiscard]] std::size_t area() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }
  [[nodiscard]] bool empty() const { return width <= 0 || height <= 0; }
};

[[nodiscard]] inline bool operator==(const Rect& a, const Rect& b) {
  return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

/// What two rectangles share; may be empty().
[[nodiscard]] inline Rect intersection(const Rect& a, const Rect& b) {
  const int x = std::max(a.x, b.x), y = std::max(a.y, b.y);
  return {x, y, std::min(a.right(), b.right()) - x, std::min(a.bottom(), b.bottom()) - y};
}

/// `w` with a margin on every side, within `bounds`.
[[nodiscard]] inline Rect inflated(const Rect& w, int margin, const Rect& bounds) {
  return intersection({w.x - margin, w.y - margin, w.width + 2 * margin, w.height + 2 * margin},
                      bounds);
}

/// `w` in units `factor` times as fine.
[[nodiscard]] inline Rect scaled(const Rect& w, int factor) {
  return {w.x * factor, w.y * factor, w.width * factor, w.height * factor};
}

/// The coarser positions that cover `w`, each `factor` wide.
[[nodiscard]] inline Rect enclosing(const Rect& w, int factor) {
  const int x = w.x / factor, y = w.y / factor;
  return {x, y, ceil_div(w.right(), factor) - x, ceil_div(w.bottom(), factor) - y};
}

/// Copies `part` between arrays [channels, height, width] whose first elements lie at (from.x,
/// from.y) and (to.x, to.y). Requires: `part` inside both windows.
template <class From, class To>
void copy_rect(const From& source, const Rect& from, To& target, const Rect& to, const Rect& part,
               int channels) {
  for (int c = 0; c < channels; ++c) {
    for (int y = part.y; y < part.bottom(); ++y) {
      const auto in = source.begin() +
                      (static_cast<std::ptrdiff_t>(c) * from.height + y - from.y) * from.width +
                      part.x - from.x;
      const auto out = target.begin() +
                       (static_cast<std::ptrdiff_t>(c) * to.height + y - to.y) * to.width + part.x -
                       to.x;
      std::copy(in, in + part.width, out);
    }
  }
}

/// The part of `values`, which are [channels, from], that lies in `part`.
template <class Value>
[[nodiscard]] std::vector<Value> crop(const std::vector<Value>& values, const Rect& from,
                                      const Rect& part, int channels) {
  std::vector<Value> result(part.area() * static_cast<std::size_t>(channels));
  copy_rect(values, from, result, part, part, channels);
  return result;
}

/// The same of something with channels, height, width and data that begins at (from.x, from.y).
/// What is not needed any more is not copied where the part is all of it.
template <class Planes>
[[nodiscard]] Planes crop(const Planes& planes, const Rect& from, const Rect& part) {
  return {planes.channels, part.height, part.width, crop(planes.data, from, part, planes.channels)};
}
template <class Planes, class = std::enable_if_t<!std::is_lvalue_reference_v<Planes>>>
[[nodiscard]] Planes crop(Planes&& planes, const Rect& from, const Rect& part) {
  if (from == part) return std::forward<Planes>(planes);
  return crop(static_cast<const Planes&>(planes), from, part);
}

/// Tiles of an area in reading order: as few as have sides of at most `side`, and as equal as can
/// be, as no tile should be a sliver. Their borders are multiples of kTileUnit, but for those of
/// the area itself.
class TileGrid {
 public:
  /// A position of the hyper-latent never lies in two tiles.
  static constexpr int kTileUnit = 4;

  /// Requires: side is a multiple of kTileUnit.
  TileGrid(int width, int height, int side)
      : width_(width),
        height_(height),
        columns_(ceil_div(width, side)),
        rows_(ceil_div(height, side)) {}

  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int count() const { return columns_ * rows_; }
  [[nodiscard]] Rect tile(int index) const {
    return span(index % columns_, index / columns_, 1, 1);
  }

  /// What tiles from (column, row) on cover, at most columns x rows of them.
  [[nodiscard]] Rect span(int column, int row, int columns, int rows) const {
    const int x = border(column, columns_, width_), y = border(row, rows_, height_);
    return {x, y, border(std::min(column + columns, columns_), columns_, width_) - x,
            border(std::min(row + rows, rows_), rows_, height_) - y};
  }

 private:
  static int border(int index, int count, int size) {
    const std::int64_t units = ceil_div(size, kTileUnit);
    return std::min(size, static_cast<int>(units * index / count) * kTileUnit);
  }

  int width_, height_, columns_, rows_;
};

/// Tiles of a grid that are worked on together, as all are that lie in a window through the
/// network.
struct TileBlock {
  Rect window;             ///< what they cover
  std::vector<int> tiles;  ///< their indexes in the grid, ascending
};

/// Blocks of side x side tiles, in reading order.
[[nodiscard]] inline std::vector<TileBlock> blocks_of(const TileGrid& grid, int side) {
  std::vector<TileBlock> blocks;
  for (int row = 0; row < grid.rows(); row += side) {
    for (int column = 0; column < grid.columns(); column += side) {
      TileBlock& block = blocks.emplace_back();
      block.window = grid.span(column, row, side, side);
      for (int y = row; y < std::min(row + side, grid.rows()); ++y) {
        for (int x = column; x < std::min(column + side, grid.columns()); ++x)
          block.tiles.push_back(y * grid.columns() + x);
      }
    }
  }
  return blocks;
}

}  // namespace imgcnn::codec
