#pragma once
// Decoded tiles as long as a decoder needs them.

#include <cstdint>
#include <map>
#include <vector>

#include "imgcnn/base/thread_pool.h"
#include "rect.h"
#include "symbol_reader.h"

namespace imgcnn::codec {

/// What the symbols of a tile stand for. Nearly all are zero, so only the others are kept.
class SparseTile {
 public:
  SparseTile() = default;
  SparseTile(const std::vector<float>& values, const Rect& tile) : tile_(tile) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != 0.0F) values_.push_back({static_cast<std::uint32_t>(i), values[i]});
    }
  }

  /// Puts those that lie in `w` into values [channels, w].
  void put(const Rect& w, std::vector<float>& values) const {
    for (const Value& v : values_) {
      const std::size_t channel = v.index / tile_.area(), place = v.index % tile_.area();
      const int x = tile_.x + static_cast<int>(place % static_cast<std::size_t>(tile_.width)) - w.x;
      const int y = tile_.y + static_cast<int>(place / static_cast<std::size_t>(tile_.width)) - w.y;
      if (x < 0 || x >= w.width || y < 0 || y >= w.height) continue;
      values[(channel * static_cast<std::size_t>(w.height) + static_cast<std::size_t>(y)) *
                 static_cast<std::size_t>(w.width) +
             static_cast<std::size_t>(x)] = v.value;
    }
  }

 private:
  struct Value {
    std::uint32_t index;
    float value;
  };
  Rect tile_;
  std::vector<Value> values_;
};

/// Decodes tiles when windows need them, and forgets them afterwards.
class TileCache {
 public:
  /// grid: of the tiles that the reader reads.
  TileCache(const SymbolReader& reader, const TileGrid& grid, ThreadPool& pool)
      : reader_(reader), grid_(grid), pool_(pool) {}

  /// What symbols stand for [channels, w], w = windows[i]. Windows come in reading order; what lies
  /// above this one is forgotten. Where tiles are missing, those of the next windows are decoded
  /// beside them.
  [[nodiscard]] std::vector<float> values(const std::vector<Rect>& windows, std::size_t i,
                                          int channels);

 private:
  [[nodiscard]] std::vector<int> missing(const Rect& w) const;
  void decode_from(const std::vector<Rect>& windows, std::size_t i);

  const SymbolReader& reader_;
  TileGrid grid_;
  ThreadPool& pool_;
  std::map<int, SparseTile> tiles_;
};

}  // namespace imgcnn::codec
