// Windows through the network.

#include "tiled_transform.h"

#include "imgcnn/base/checked_math.h"
#include "padding.h"
#include "quality.h"

namespace imgcnn::codec {
namespace {

constexpr int kStride = model::ModelConfig::kLatentStride;
constexpr int kPreviewStride = model::ModelConfig::kPreviewStride;
// Of the kernels between hyper-latent and latent: 1 at 1/64, 1 at 1/32, 1 at 1/16.
constexpr int kHyperReach = 2;

}  // namespace

TiledTransform::TiledTransform(model::Network& network, const model::ModelConfig& config,
                               const CodingPlan& plan)
    : network_(network),
      latent_channels_(config.latent_channels),
      hyper_channels_(config.hyper_channels),
      reach_(config.latent_reach()),
      plan_(plan),
      quality_(quality_share(plan.quality16)) {}

Rect TiledTransform::samples(const Rect& w) const {
  return intersection(scaled(w, kStride), {0, 0, plan_.width, plan_.height});
}

model::Planes TiledTransform::latent(const PixelSource& pixels, const Rect& w) const {
  const TileGrid grid(w.width, w.height, kNetworkSide);
  model::Planes latent{latent_channels_, w.height, w.width, {}};
  for (int i = 0; i < grid.count(); ++i) {
    Rect part = grid.tile(i);
    part.x += w.x;
    part.y += w.y;
    const Rect around = receptive_field(part);
    auto found = network_.analysis(pad_to_multiple(pixels(samples(around)), kStride), quality_);
    if (around == w) return found;
    latent.data.resize(w.area() * static_cast<std::size_t>(latent_channels_));
    copy_rect(found.data, around, latent.data, w, part, latent_channels_);
  }
  return latent;
}

model::Planes TiledTransform::hyper_latent(const model::Planes& latent, const Rect& w) const {
  const Rect around = inflated(w, entropy::kHyperStride, whole());
  return crop(network_.hyper_analysis(latent, quality_), enclosing(around, entropy::kHyperStride),
              enclosing(w, entropy::kHyperStride));
}

model::Planes TiledTransform::mean(const std::vector<std::int32_t>& hyper, const Rect& w) const {
  if (hyper_channels_ == 0)
    return {latent_channels_, w.height, w.width,
            std::vector<float>(w.area() * static_cast<std::size_t>(latent_channels_))};
  const LatentSize size = plan_.latent();
  const Rect all{0, 0, size.hyper_width(), size.hyper_height()};
  const Rect near = inflated(enclosing(w, entropy::kHyperStride), kHyperReach, all);
  const auto symbols = crop(hyper, all, near, hyper_channels_);
  const Rect around = intersection(scaled(near, entropy::kHyperStride), whole());
  const model::Planes planes{
      hyper_channels_, near.height, near.width, {symbols.begin(), symbols.end()}};
  return crop(network_.hyper_synthesis(planes, quality_, around.height, around.width), around, w);
}

image::FloatImage TiledTransform::synthesis(const model::Planes& latent, const Rect& w) const {
  return crop(network_.synthesis(latent, quality_), scaled(receptive_field(w), kStride),
              samples(w));
}

Rect TiledTransform::preview_samples(const Rect& w) const {
  const Rect whole{0, 0, ceil_div(plan_.width, kPreviewStride),
                   ceil_div(plan_.height, kPreviewStride)};
  return intersection(scaled(w, kStride / kPreviewStride), whole);
}

image::FloatImage TiledTransform::preview(const model::Planes& latent, const Rect& w) const {
  return crop(network_.preview(latent, quality_),
              scaled(receptive_field(w), kStride / kPreviewStride), preview_samples(w));
}

}  // namespace imgcnn::codec
