// Tiles of a picture through network and entropy coder.

#include "picture_coding.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>
#include <utility>
#include <vector>

#include "imgcnn/bitstream/stream_table.h"
#include "quality.h"
#include "symbol_streams.h"
#include "turn.h"

namespace imgcnn::codec {
namespace {

/// The latent is needed twice, for the hyper-latent of the whole and then for the symbols. Up to here it is kept,
/// beyond it is computed twice.
constexpr std::size_t kMostKept = std::size_t{192} << 20;  // bytes

Turn turn_of(const bitstream::StreamHeader& header) { return {header.mirrored, header.transposed}; }

TransformCoder transform_of(const ModelParts& model, const bitstream::StreamHeader& header) {
  return {model.network, model.config, static_cast<int>(header.coded_width()), static_cast<int>(header.coded_height()),
          header.quality16};
}

/// First pass: the hyper-latent of the whole picture.
std::vector<std::int32_t> hyper_symbols(const TransformCoder& transform, const LatentCoder& coder,
                                        const std::vector<TileBlock>& blocks, const Pixels& pixels, int quality16,
                                        int channels, std::vector<model::Planes>* kept) {
  const LatentSize size = transform.size();
  const Window all{0, 0, size.hyper_width(), size.hyper_height()};
  std::vector<float> z(all.area() * static_cast<std::size_t>(channels));
  for (const TileBlock& block : blocks) {
    const Window &window = block.window, around = widened(window, entropy::kHyperStride, transform.whole());
    const auto latent = transform.latent(pixels, around);
    const Window part = covering(window, entropy::kHyperStride);
    copy_window(transform.hyper_latent(latent, window).data, part, z, all, part, channels);
    if (kept != nullptr) kept->push_back(cut(latent, around, window));
  }
  return coder.quantize_hyper(z, size, quality16);
}

/// Progress of tiles that are worked on side by side.
class Shares {
 public:
  Shares(int count, const std::function<void(double)>& progress)
      : shares_(static_cast<std::size_t>(count)), progress_(progress) {}

  void set(int tile, double share) {
    if (!progress_) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    shares_[static_cast<std::size_t>(tile)] = share;
    progress_(std::accumulate(shares_.begin(), shares_.end(), 0.0) / static_cast<double>(shares_.size()));
  }

 private:
  std::mutex mutex_;
  std::vector<double> shares_;
  const std::function<void(double)>& progress_;
};

/// Tiles that are worked on side by side. Choosing the symbols of a busy one takes 0.5 GiB, decoding one a tenth of
/// that.
int encoded_at_once(const ThreadPool& pool) { return std::min(pool.threads(), 2); }
int decoded_at_once(const ThreadPool& pool) { return std::min(pool.threads(), 8); }

/// What the symbols of a tile stand for. Nearly all are zero, so only the others are kept.
class SparseTile {
 public:
  SparseTile() = default;
  SparseTile(const std::vector<float>& values, const Window& tile) : tile_(tile) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != 0.0F) values_.push_back({static_cast<std::uint32_t>(i), values[i]});
    }
  }

  /// Puts those that lie in `w` into values [channels, w].
  void put(const Window& w, std::vector<float>& values) const {
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
  Window tile_;
  std::vector<Value> values_;
};

/// Decoded tiles as long as windows still need them.
class TileCache {
 public:
  TileCache(const SymbolReader& reader, ThreadPool& pool) : reader_(reader), pool_(pool) {}

  /// What symbols stand for [channels, w], w = windows[i]. Windows come in reading order; what lies above this one is
  /// forgotten. Where tiles are missing, those of the next windows are decoded beside them.
  std::vector<float> values(const std::vector<Window>& windows, std::size_t i, int channels) {
    const Window& w = windows[i];
    for (auto tile = tiles_.begin(); tile != tiles_.end();) {
      tile = reader_.grid().tile(tile->first).bottom() <= w.y ? tiles_.erase(tile) : std::next(tile);
    }
    if (!missing(w).empty()) decode_from(windows, i);
    std::vector<float> result(w.area() * static_cast<std::size_t>(channels));
    for (const auto& [index, tile] : tiles_) tile.put(w, result);
    return result;
  }

 private:
  /// Tiles that a window touches and nobody has decoded.
  [[nodiscard]] std::vector<int> missing(const Window& w) const {
    std::vector<int> result;
    for (int i = 0; i < reader_.grid().count(); ++i) {
      if (!intersection(reader_.grid().tile(i), w).empty() && tiles_.count(i) == 0) result.push_back(i);
    }
    return result;
  }

  void decode_from(const std::vector<Window>& windows, std::size_t i) {
    std::vector<int> wanted;
    for (; i < windows.size() && static_cast<int>(wanted.size()) < decoded_at_once(pool_); ++i) {
      for (const int tile : missing(windows[i])) {
        if (std::find(wanted.begin(), wanted.end(), tile) == wanted.end()) wanted.push_back(tile);
      }
    }
    std::vector<SparseTile> decoded(wanted.size());
    for (std::size_t done = 0; done < wanted.size();) {
      const auto group = std::min<std::size_t>(wanted.size() - done, static_cast<std::size_t>(decoded_at_once(pool_)));
      pool_.run(static_cast<int>(group), [&](int k, int /*thread*/) {
        const std::size_t at = done + static_cast<std::size_t>(k);
        decoded[at] = SparseTile(reader_.tile(wanted[at]), reader_.grid().tile(wanted[at]));
      });
      done += group;
    }
    for (std::size_t k = 0; k < wanted.size(); ++k) tiles_.emplace(wanted[k], std::move(decoded[k]));
  }

  const SymbolReader& reader_;
  ThreadPool& pool_;
  std::map<int, SparseTile> tiles_;
};

}  // namespace

bitstream::StreamHeader header_of(const image::Image& picture, double quality) {
  bitstream::StreamHeader header;
  header.width = static_cast<std::uint32_t>(picture.width);
  header.height = static_cast<std::uint32_t>(picture.height);
  header.channels = picture.channels;
  header.bit_depth = picture.bit_depth;
  header.quality16 = to_quality16(quality);
  return header;
}

EncodedPicture encode_picture(const ModelParts& model, const Pixels& picture, bitstream::StreamHeader& header,
                              const EffortPlan& plan, const std::function<void(double)>& progress) {
  const int quality16 = header.quality16;
  const Turn turn = turn_of(header);
  const Pixels pixels = [&](const Window& w) {
    return to_coded(picture(from_coded(w, turn, static_cast<int>(header.width))), turn);
  };
  const double lambda = model.config.lambda(quality_share(quality16));
  const TransformCoder transform = transform_of(model, header);
  const LatentSize size = transform.size();
  header.context_coded = plan.context && model.coder.has_context();
  header.tiled = size.width > bitstream::kTileSide || size.height > bitstream::kTileSide;
  const TileGrid grid = tiles_of(header);
  const std::vector<TileBlock> blocks = blocks_of(grid, kWindowSide / bitstream::kTileSide);

  const int channels = model.config.latent_channels;
  const std::size_t latent_bytes = transform.whole().area() * static_cast<std::size_t>(channels) * sizeof(float);
  const bool keeps = model.coder.has_hyper() && latent_bytes <= kMostKept;
  std::vector<model::Planes> kept;
  std::vector<std::int32_t> hyper;
  if (model.coder.has_hyper()) {
    hyper = hyper_symbols(transform, model.coder, blocks, pixels, quality16, model.config.hyper_channels,
                          keeps ? &kept : nullptr);
  }
  SymbolWriter writer(model.coder, header, std::move(hyper));

  EffortPlan tile_plan = plan;
  tile_plan.context = header.context_coded;
  Shares shares(grid.count(), progress);
  EncodedPicture encoded;
  const auto encode_block = [&](std::size_t b) {
    const Window& window = blocks[b].window;
    model::Planes latent = keeps ? std::move(kept[b]) : transform.latent(pixels, window);
    const model::Planes mean = transform.mean(writer.hyper(), window);
    for (std::size_t k = 0; k < latent.data.size(); ++k) latent.data[k] -= mean.data[k];
    // Its buffers would lie beside those of the search for symbols; making them anew takes no time to speak of.
    if (header.tiled) model.network.release_memory();
    const std::vector<int>& tiles = blocks[b].tiles;
    for (std::size_t first = 0; first < tiles.size();) {
      const int group = std::min(static_cast<int>(tiles.size() - first), encoded_at_once(model.pool));
      std::vector<double> costs(static_cast<std::size_t>(group));
      model.pool.run(group, [&](int k, int /*thread*/) {
        const int index = tiles[first + static_cast<std::size_t>(k)];
        TileAnalysis tile;
        tile.window = grid.tile(index);
        tile.residual = cut(latent.data, window, tile.window, channels);
        tile.mean = cut(mean, window, tile.window);
        tile.rows = model.coder.latent_rows(writer.hyper(), size, tile.window, quality16);
        if (plan.measured()) tile.pixels = pixels(transform.samples(tile.window));
        const auto chosen = choose_symbols(model.network, model.coder, tile, quality16, lambda, tile_plan,
                                           [&](double share) { shares.set(index, share); });
        costs[static_cast<std::size_t>(k)] = chosen.cost;
        writer.add(index, writer.encode_tile(index, chosen.latent, tile.rows));
      });
      for (const double cost : costs) encoded.cost += cost;
      first += static_cast<std::size_t>(group);
    }
  };
  for (std::size_t b = 0; b < blocks.size(); ++b) encode_block(b);
  encoded.hyper_bytes = writer.hyper_bytes();
  encoded.cost += 8.0 * static_cast<double>(encoded.hyper_bytes);
  encoded.section = writer.finish(header);
  return encoded;
}

double choose_turn(const ModelParts& model, const Pixels& picture, bitstream::StreamHeader& header) {
  EffortPlan plan;
  plan.weighed = true;
  double upright = 0, least = std::numeric_limits<double>::infinity();
  Turn best;
  for (const Turn turn : {Turn{false, false}, Turn{true, false}, Turn{false, true}, Turn{true, true}}) {
    header.mirrored = turn.mirrored;
    header.transposed = turn.transposed;
    const double cost = encode_picture(model, picture, header, plan, {}).cost;
    if (!turn.mirrored && !turn.transposed) upright = cost;
    if (cost < least) least = cost, best = turn;
  }
  header.mirrored = best.mirrored;
  header.transposed = best.transposed;
  return upright;
}

void decode_picture(const ModelParts& model, const bitstream::StreamHeader& header, ByteSpan section,
                    const Window& region, bool preview, const std::string& origin, const Show& show) {
  const TransformCoder transform = transform_of(model, header);
  const Turn turn = turn_of(header);
  const int width = static_cast<int>(header.width);
  const SymbolReader reader(model.coder, header, section, origin);
  TileCache cache(reader, model.pool);
  const LatentSize size = transform.size();
  const TileGrid grid(size.width, size.height, kWindowSide);
  const Window coded_region = to_coded(region, turn, width);
  const Window needed = covering(coded_region, model::ModelConfig::kLatentStride);
  std::vector<Window> windows, seen;
  for (int i = 0; i < grid.count(); ++i) {
    const Window w = intersection(grid.tile(i), needed);
    if (w.empty()) continue;
    windows.push_back(w);
    seen.push_back(transform.seen(w));
  }
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const Window& w = windows[i];
    auto latent = transform.mean(reader.hyper(), seen[i]);
    const auto values = cache.values(seen, i, latent.channels);
    for (std::size_t k = 0; k < values.size(); ++k) latent.data[k] += values[k];
    if (preview) {
      const int shrunk = ceil_div(width, model::ModelConfig::kPreviewStride);
      show(from_coded(transform.preview(latent, w), turn), from_coded(transform.preview_samples(w), turn, shrunk));
      continue;
    }
    const Window samples = transform.samples(w), shown = intersection(samples, coded_region);
    show(from_coded(cut(transform.synthesis(latent, w), samples, shown), turn), from_coded(shown, turn, width));
  }
}

}  // namespace imgcnn::codec
