// Windows of the latent, as tiles give them, through the network.

#include "picture_decoder.h"

#include <utility>
#include <vector>

#include "tile_cache.h"
#include "transform_coding.h"

namespace imgcnn::codec {
namespace {

/// Decodes the windows that `needed` (of the latent) lies in, one after the other. `use` takes a
/// window and the latent [M, seen(window)].
template <class Use>
void for_each_window(const ModelParts& model, const CodingPlan& plan,
                     const TransformCoder& transform, const SymbolReader& reader,
                     const Window& needed, const Use& use) {
  TileCache cache(reader, plan.grid(), model.pool);
  const LatentSize size = plan.latent();
  const TileGrid grid(size.width, size.height, kWindowSide);
  std::vector<Window> windows, seen;
  for (int i = 0; i < grid.count(); ++i) {
    const Window w = intersection(grid.tile(i), needed);
    if (w.empty()) continue;
    windows.push_back(w);
    seen.push_back(transform.seen(w));
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
                    const Window& region, const std::string& origin, const Show& show) {
  const TransformCoder transform(model.network, model.config, plan);
  const SymbolReader reader(model.coder, plan, sections, origin);
  const int width = plan.picture_width();
  const Window coded_region = to_coded(region, plan.orientation, width);
  for_each_window(
      model, plan, transform, reader, covering(coded_region, model::ModelConfig::kLatentStride),
      [&](const Window& w, const model::Planes& latent) {
        const Window samples = transform.samples(w), shown = intersection(samples, coded_region);
        show(from_coded(cut(transform.synthesis(latent, w), samples, shown), plan.orientation),
             from_coded(shown, plan.orientation, width));
      });
}

void decode_preview(const ModelParts& model, const CodingPlan& plan, const LatentSections& sections,
                    const std::string& origin, const Show& show) {
  const TransformCoder transform(model.network, model.config, plan);
  const SymbolReader reader(model.coder, plan, {sections.coarse, {}, sections.symbols_hash},
                            origin);
  const int width = ceil_div(plan.picture_width(), model::ModelConfig::kPreviewStride);
  for_each_window(model, plan, transform, reader, plan.whole(),
                  [&](const Window& w, const model::Planes& latent) {
                    show(from_coded(transform.preview(latent, w), plan.orientation),
                         from_coded(transform.preview_samples(w), plan.orientation, width));
                  });
}

}  // namespace imgcnn::codec
