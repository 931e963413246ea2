// Tiles of a picture through network and entropy coder.

#include "picture_encoder.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <mutex>
#include <numeric>
#include <utility>
#include <vector>

#include "imgcnn/rdo/cost_bits.h"
#include "quality.h"
#include "symbol_quantizer.h"

namespace imgcnn::codec {
namespace {

/// The latent is needed twice, for the hyper-latent of the whole and then for the symbols. Up to
/// here it is kept, beyond it is computed twice.
constexpr std::size_t kMostKept = std::size_t{192} << 20;  // bytes

/// First pass: the hyper-latent of the whole picture.
std::vector<std::int32_t> hyper_symbols(const ModelParts& model, const CodingPlan& plan,
                                        const TiledTransform& transform,
                                        const std::vector<TileBlock>& blocks,
                                        const PixelSource& pixels,
                                        std::vector<model::Planes>* kept) {
  const LatentSize size = plan.latent();
  const int channels = model.config.hyper_channels;
  const Rect all{0, 0, size.hyper_width(), size.hyper_height()};
  std::vector<float> z(all.area() * static_cast<std::size_t>(channels));
  for (const TileBlock& block : blocks) {
    const Rect &window = block.window,
               around = inflated(window, entropy::kHyperStride, transform.whole());
    auto latent = transform.latent(pixels, around);
    const Rect part = enclosing(window, entropy::kHyperStride);
    copy_rect(transform.hyper_latent(latent, window).data, part, z, all, part, channels);
    if (kept != nullptr) kept->push_back(crop(std::move(latent), around, window));
  }
  return quantize_hyper(model.coder.hyper(), z, model.coder.hyper_indexes(plan), plan);
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
    progress_(std::accumulate(shares_.begin(), shares_.end(), 0.0) /
              static_cast<double>(shares_.size()));
  }

 private:
  std::mutex mutex_;
  std::vector<double> shares_;
  const std::function<void(double)>& progress_;
};

/// Where pixels cover a position and all around it, nobody sees what the network makes of it.
void expect_covered(model::Planes& residual, const Rect& window, const CodingPlan& plan,
                    const PixelBlocks& blocks) {
  if (blocks.coded.empty()) return;
  const Rect picture{0, 0, plan.width, plan.height};
  for (int y = 0; y < window.height; ++y) {
    for (int x = 0; x < window.width; ++x) {
      const Rect around = inflated({window.x + x, window.y + y, 1, 1}, 1, plan.whole());
      const Rect seen = intersection(scaled(around, model::ModelConfig::kLatentStride), picture);
      if (!blocks.cover(from_coded(seen, plan.orientation, plan.picture_width()))) continue;
      for (int c = 0; c < residual.channels; ++c) {
        residual.data[(static_cast<std::size_t>(c) * static_cast<std::size_t>(window.height) +
                       static_cast<std::size_t>(y)) *
                          static_cast<std::size_t>(window.width) +
                      static_cast<std::size_t>(x)] = 0.0F;
      }
    }
  }
}

/// Bits of each position of a tile: what static distributions say, scaled to what the streams take.
std::vector<float> position_bits(const PlaneCoder& coder, const std::vector<std::int32_t>& symbols,
                                 const PlaneIndexes& indexes, const entropy::StreamParts& streams) {
  const auto coding = entropy::coding_indexes(coder.quantizer(), indexes.cdf_indexes, symbols,
                                              entropy::CodingOrder(indexes.size));
  std::vector<float> bits(indexes.positions());
  double sum = 0.0;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const double cost = rdo::cost_bits(coder.table(), coding[i], symbols[i]);
    bits[i % indexes.positions()] += static_cast<float>(cost);
    sum += cost;
  }
  const double total = 8.0 * static_cast<double>(streams.first.size() + streams.second.size());
  for (float& of_position : bits) of_position *= static_cast<float>(total / sum);
  return bits;
}

/// Tiles that are worked on side by side. A busy one takes 40 MiB, or 150 where symbols are
/// searched.
int encoded_at_once(const ThreadPool& pool) { return std::min(pool.threads(), 2); }

}  // namespace

std::vector<TileBlock> network_blocks(const CodingPlan& plan) {
  const int side = plan.tiled() ? TileGrid::kTileUnit * plan.tile : kWindowSide;
  return blocks_of(plan.grid(), std::max(kWindowSide / side, 1));
}

CodedLatent encode_picture(const ModelParts& model, const PixelSource& picture,
                           const PixelBlocks& blocks_of_pixels, const CodingPlan& plan,
                           const EffortPlan& effort, const std::function<void(double)>& progress) {
  const PixelSource pixels = [&](const Rect& w) {
    return to_coded(picture(from_coded(w, plan.orientation, plan.picture_width())),
                    plan.orientation);
  };
  const double lambda = model.config.lambda(quality_share(plan.quality16));
  const TiledTransform transform(model.network, model.config, plan);
  const TileGrid grid = plan.grid();
  const std::vector<TileBlock> blocks = network_blocks(plan);

  const int channels = model.config.latent_channels;
  const std::size_t latent_bytes =
      plan.whole().area() * static_cast<std::size_t>(channels) * sizeof(float);
  const bool keeps = model.coder.has_hyper() && latent_bytes <= kMostKept;
  std::vector<model::Planes> kept;
  std::vector<std::int32_t> hyper;
  if (model.coder.has_hyper())
    hyper = hyper_symbols(model, plan, transform, blocks, pixels, keeps ? &kept : nullptr);
  SymbolWriter writer(model.coder, plan, std::move(hyper));

  Shares shares(grid.count(), progress);
  double cost = 0.0;
  std::vector<float> items(effort.itemized ? plan.whole().area() : 0);
  const auto encode_block = [&](std::size_t b) {
    const Rect& window = blocks[b].window;
    model::Planes latent = keeps ? std::move(kept[b]) : transform.latent(pixels, window);
    model::Planes mean = transform.mean(writer.hyper(), window);
    for (std::size_t k = 0; k < latent.data.size(); ++k) latent.data[k] -= mean.data[k];
    expect_covered(latent, window, plan, blocks_of_pixels);
    if (!effort.measured()) mean = {};
    // Its buffers would lie beside those of the search for symbols; making them anew takes no time
    // to speak of.
    model.release_memory();
    const std::vector<int>& tiles = blocks[b].tiles;
    for (std::size_t first = 0; first < tiles.size();) {
      const int group =
          std::min(static_cast<int>(tiles.size() - first), encoded_at_once(model.pool));
      std::vector<double> costs(static_cast<std::size_t>(group));
      model.pool.run(group, [&](int k, int /*thread*/) {
        const int index = tiles[first + static_cast<std::size_t>(k)];
        TileAnalysis tile;
        tile.window = grid.tile(index);
        tile.residual = tile.window == window ? std::move(latent.data)
                                              : crop(latent.data, window, tile.window, channels);
        tile.indexes = model.coder.latent_indexes(writer.hyper(), plan, tile.window);
        if (effort.measured()) {
          tile.mean = crop(mean, window, tile.window);
          tile.pixels = pixels(transform.samples(tile.window));
        }
        const auto chosen = choose_symbols(model.network, model.coder.latent(), tile, plan, lambda,
                                           effort, [&](double share) { shares.set(index, share); });
        costs[static_cast<std::size_t>(k)] = chosen.cost;
        tile.residual = {};
        entropy::StreamParts streams = writer.encode_tile(chosen.latent, tile.indexes);
        if (effort.itemized) {
          const auto bits =
              position_bits(model.coder.latent(), chosen.latent, tile.indexes, streams);
          copy_rect(bits, tile.window, items, plan.whole(), tile.window, 1);
        }
        writer.add(index, std::move(streams));
      });
      for (const double of_tile : costs) cost += of_tile;
      first += static_cast<std::size_t>(group);
    }
  };
  for (std::size_t b = 0; b < blocks.size(); ++b) encode_block(b);
  CodedLatent coded = writer.finish();
  coded.position_bits = std::move(items);
  coded.cost = cost + 8.0 * static_cast<double>(coded.hyper_bytes);
  return coded;
}

OrientedPlan choose_orientation(const ModelParts& model, const PixelSource& picture,
                                const PixelBlocks& pixels, const CodingPlan& plan) {
  EffortPlan effort;
  effort.weighed = true;
  OrientedPlan best;
  double least = std::numeric_limits<double>::infinity();
  for (const Orientation orientation :
       {Orientation{false, false}, {true, false}, {false, true}, {true, true}}) {
    const CodingPlan oriented = plan.oriented(orientation);
    const double cost = encode_picture(model, picture, pixels, oriented, effort, {}).cost;
    if (!orientation.mirrored && !orientation.transposed) best.upright_cost = cost;
    if (cost < least) least = cost, best.plan = oriented;
  }
  return best;
}

}  // namespace imgcnn::codec
