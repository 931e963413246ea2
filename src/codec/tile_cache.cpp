// Tiles that are decoded side by side.

#include "tile_cache.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace imgcnn::codec {
namespace {

/// Decoding a busy tile takes 50 MiB.
int decoded_at_once(const ThreadPool& pool) { return std::min(pool.threads(), 8); }

}  // namespace

std::vector<float> TileCache::values(const std::vector<Rect>& windows, std::size_t i,
                                     int channels) {
  const Rect& w = windows[i];
  for (auto tile = tiles_.begin(); tile != tiles_.end();) {
    tile = grid_.tile(tile->first).bottom() <= w.y ? tiles_.erase(tile) : std::next(tile);
  }
  if (!missing(w).empty()) decode_from(windows, i);
  std::vector<float> result(w.area() * static_cast<std::size_t>(channels));
  for (const auto& [index, tile] : tiles_) tile.put(w, result);
  return result;
}

/// Tiles that a window touches and nobody has decoded.
std::vector<int> TileCache::missing(const Rect& w) const {
  std::vector<int> result;
  for (int i = 0; i < grid_.count(); ++i) {
    if (!intersection(grid_.tile(i), w).empty() && tiles_.count(i) == 0) result.push_back(i);
  }
  return result;
}

void TileCache::decode_from(const std::vector<Rect>& windows, std::size_t i) {
  std::vector<int> wanted;
  for (; i < windows.size() && static_cast<int>(wanted.size()) < decoded_at_once(pool_); ++i) {
    for (const int tile : missing(windows[i])) {
      if (std::find(wanted.begin(), wanted.end(), tile) == wanted.end()) wanted.push_back(tile);
    }
  }
  std::vector<SparseTile> decoded(wanted.size());
  for (std::size_t done = 0; done < wanted.size();) {
    const auto group = std::min<std::size_t>(wanted.size() - done,
                                             static_cast<std::size_t>(decoded_at_once(pool_)));
    pool_.run(static_cast<int>(group), [&](int k, int /*thread*/) {
      const std::size_t at = done + static_cast<std::size_t>(k);
      decoded[at] = SparseTile(reader_.tile(wanted[at]), grid_.tile(wanted[at]));
    });
    done += group;
  }
  for (std::size_t k = 0; k < wanted.size(); ++k) tiles_.emplace(wanted[k], std::move(decoded[k]));
}

}  // namespace imgcnn::codec
