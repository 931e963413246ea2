// Windows of the latent, as tiles give them, through the network.

#include "picture_decoder.h"

#include <utility>
#include <vector>

#include "tile_cache.h"
#include "tiled_transform.h"

namespace imgcnn::codec {
namespace {

/// Decodes the windows that `needed` (of the latent) lies in and that are not `hidden`, one after
/// the other. `use` takes a window and the latent [M, receptive_field(window)].
template <class Hidden, class Use>
void for_each_window(const ModelParts& model, const CodingPlan& plan,
                     const TiledTransform& transform, const SymbolReader& reader,
                     const Rect& needed, const Hidden& hidden, const Use& use) {
  TileCache cache(reader, plan.grid(), model.pool);
  const LatentSize size = plan.latent();
  const TileGrid grid(size.width, size.height, kWindowSide);
  std::vector<Rect> windows, seen;
  for (int i = 0; i < grid.count(); ++i) {
    const Rect w = intersection(grid.tile(i), needed);
    if (w.empty() || hidden(w)) continue;
    windows.push_back(w);
    seen.push_back(transform.receptive_field(w));
  }
  for (std::size_t i = 0; i < windows.size(); ++i) {
    auto latent = transform.mean(reader.hyper(), seen[i]);
    const auto values = cache.values(seen, i, latent.channels);
    for (std::size_t k = 0; k < values.size(); ++k) latent.data[k] += values[k];
    use(windows[i], latent);
  }
}

}  // namespace

void decode_picture(const ModelParts& model, const CodingPlan& plan, const LatentSections& sections,
                    const Rect& region, const PixelBlocks& covered, const std::string& origin,
                    const PixelSink& show) {
  const TiledTransform transform(model.network, model.config, plan);
  const SymbolReader reader(model.coder, plan, sections, origin);
  const int width = plan.picture_width();
  const Rect coded_region = to_coded(region, plan.orientation, width);
  const auto shown_of = [&](const Rect& w) {
    return intersection(transform.samples(w), coded_region);
  };
  const auto hidden = [&](const Rect& w) {
    return covered.cover(from_coded(shown_of(w), plan.orientation, width));
  };
  for_each_window(
      model, plan, transform, reader, enclosing(coded_region, model::ModelConfig::kLatentStride),
      hidden, [&](const Rect& w, const model::Planes& latent) {
        const Rect samples = transform.samples(w), shown = shown_of(w);
        show(from_coded(crop(transform.synthesis(latent, w), samples, shown), plan.orientation),
             from_coded(shown, plan.orientation, width));
      });
}

void decode_preview(const ModelParts& model, const CodingPlan& plan, const LatentSections& sections,
                    const std::string& origin, const PixelSink& show) {
  const TiledTransform transform(model.network, model.config, plan);
  const SymbolReader reader(model.coder, plan, {sections.coarse, std::nullopt}, origin);
  const int width = ceil_div(plan.picture_width(), model::ModelConfig::kPreviewStride);
  for_each_window(
      model, plan, transform, reader, plan.whole(), [](const Rect&) { return false; },
      [&](const Rect& w, const model::Planes& latent) {
        show(from_coded(transform.preview(latent, w), plan.orientation),
             from_coded(transform.preview_samples(w), plan.orientation, width));
      });
}

}  // namespace imgcnn::codec
