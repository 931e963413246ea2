// Tiles of a picture through network and entropy coder.

#include "picture_coding.h"

#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "imgcnn/bitstream/stream_table.h"
#include "imgcnn/entropy/rate.h"
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
std::vector<std::int32_t> hyper_symbols(const TransformCoder& transform, const LatentCoder& coder, const TileGrid& grid,
                                        const Pixels& pixels, int quality16, int channels,
                                        std::vector<model::Planes>* kept) {
  const LatentSize size = transform.size();
  const Window all{0, 0, size.hyper_width(), size.hyper_height()};
  std::vector<float> z(all.area() * static_cast<std::size_t>(channels));
  for (int i = 0; i < grid.count(); ++i) {
    const Window tile = grid.tile(i), around = widened(tile, entropy::kHyperStride, transform.whole());
    const auto latent = transform.latent(pixels, around);
    const Window part = covering(tile, entropy::kHyperStride);
    copy_window(transform.hyper_latent(latent, tile).data, part, z, all, part, channels);
    if (kept != nullptr) kept->push_back(cut(latent, around, tile));
  }
  return coder.quantise_hyper(z, size, quality16);
}

/// Decoded tiles as long as windows still need them.
class TileCache {
 public:
  explicit TileCache(SymbolReader& reader) : reader_(reader) {}

  /// What symbols stand for [channels, w]. Windows come in reading order; what lies above `w` is forgotten.
  std::vector<float> values(const Window& w, int channels) {
    for (auto tile = tiles_.begin(); tile != tiles_.end();) {
      tile = reader_.grid().tile(tile->first).bottom() <= w.y ? tiles_.erase(tile) : std::next(tile);
    }
    std::vector<float> result(w.area() * static_cast<std::size_t>(channels));
    for (int i = 0; i < reader_.grid().count(); ++i) {
      const Window tile = reader_.grid().tile(i), part = intersection(tile, w);
      if (part.empty()) continue;
      if (tiles_.count(i) == 0) tiles_.emplace(i, reader_.tile(i));
      copy_window(tiles_.at(i), tile, result, w, part, channels);
    }
    return result;
  }

 private:
  SymbolReader& reader_;
  std::map<int, std::vector<float>> tiles_;
};

}  // namespace

EncodedPicture encode_picture(const ModelParts& model, const Pixels& picture, bitstream::StreamHeader& header,
                              const EffortPlan& plan, const std::function<void(double)>& progress) {
  const int quality16 = header.quality16;
  const Turn turn = turn_of(header);
  const Pixels pixels = [&](const Window& w) {
    return to_coded(picture(from_coded(w, turn, static_cast<int>(header.width))), turn);
  };
  const double lambda = model.config.lambda(entropy::quality_share(quality16));
  const TransformCoder transform = transform_of(model, header);
  const LatentSize size = transform.size();
  header.context_coded = plan.context && model.coder.has_context();
  header.tiled = size.width > bitstream::kTileSide || size.height > bitstream::kTileSide;
  const TileGrid grid = tiles_of(header);

  const std::size_t latent_bytes =
      transform.whole().area() * static_cast<std::size_t>(model.config.latent_channels) * sizeof(float);
  const bool keeps = model.coder.has_hyper() && latent_bytes <= kMostKept;
  std::vector<model::Planes> kept;
  std::vector<std::int32_t> hyper;
  if (model.coder.has_hyper()) {
    hyper = hyper_symbols(transform, model.coder, grid, pixels, quality16, model.config.hyper_channels,
                          keeps ? &kept : nullptr);
  }
  SymbolWriter writer(model.coder, header, std::move(hyper));

  EncodedPicture encoded;
  for (int i = 0; i < grid.count(); ++i) {
    TileAnalysis tile;
    tile.window = grid.tile(i);
    tile.residual =
        keeps ? std::move(kept[static_cast<std::size_t>(i)].data) : transform.latent(pixels, tile.window).data;
    tile.mean = transform.mean(writer.hyper(), tile.window);
    for (std::size_t k = 0; k < tile.residual.size(); ++k) tile.residual[k] -= tile.mean.data[k];
    tile.rows = model.coder.latent_rows(writer.hyper(), size, tile.window, quality16);
    if (plan.measured()) tile.pixels = pixels(transform.samples(tile.window));
    EffortPlan tile_plan = plan;
    tile_plan.context = header.context_coded;
    const auto chosen =
        choose_symbols(model.network, model.coder, tile, quality16, lambda, tile_plan, [&](double share) {
          if (progress) progress((i + share) / grid.count());
        });
    encoded.cost += chosen.cost;
    writer.add_tile(chosen.latent, tile.rows);
  }
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
  SymbolReader reader(model.coder, header, section, origin);
  TileCache cache(reader);
  const LatentSize size = transform.size();
  const TileGrid windows(size.width, size.height, kNetworkSide);
  const Window coded_region = to_coded(region, turn, width);
  const Window needed = covering(coded_region, model::ModelConfig::kLatentStride);
  for (int i = 0; i < windows.count(); ++i) {
    const Window w = intersection(windows.tile(i), needed);
    if (w.empty()) continue;
    const Window seen = transform.seen(w);
    auto latent = transform.mean(reader.hyper(), seen);
    const auto values = cache.values(seen, latent.channels);
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
