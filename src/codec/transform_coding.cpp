// Windows through the network.

#include "transform_coding.h"

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

TransformCoder::TransformCoder(model::Network& network, const model::ModelConfig& config,
                               const CodingPlan& plan)
    : network_(network),
      latent_channels_(config.latent_channels),
      hyper_channels_(config.hyper_channels),
      reach_(config.latent_reach()),
      plan_(plan),
      quality_(quality_share(plan.quality16)) {}

Window TransformCoder::samples(const Window& w) const {
  return intersection(scaled(w, kStride), {0, 0, plan_.width, plan_.height});
}

model::Planes TransformCoder::latent(const Pixels& pixels, const Window& w) const {
  model::Planes latent{latent_channels_, w.height, w.width, {}};
  latent.data.resize(w.area() * static_cast<std::size_t>(latent_channels_));
  const TileGrid grid(w.width, w.height, kNetworkSide);
  for (int i = 0; i < grid.count(); ++i) {
    Window part = grid.tile(i);
    part.x += w.x;
    part.y += w.y;
    const Window around = seen(part);
    const auto found =
        network_.analysis(pad_to_multiple(pixels(samples(around)), kStride), quality_);
    copy_window(found.data, around, latent.data, w, part, latent_channels_);
  }
  return latent;
}

model::Planes TransformCoder::hyper_latent(const model::Planes& latent, const Window& w) const {
  const Window around = widened(w, entropy::kHyperStride, whole());
  return cut(network_.hyper_analysis(latent, quality_), covering(around, entropy::kHyperStride),
             covering(w, entropy::kHyperStride));
}

model::Planes TransformCoder::mean(const std::vector<std::int32_t>& hyper, const Window& w) const {
  if (hyper_channels_ == 0)
    return {latent_channels_, w.height, w.width,
            std::vector<float>(w.area() * static_cast<std::size_t>(latent_channels_))};
  const LatentSize size = plan_.latent();
  const Window all{0, 0, size.hyper_width(), size.hyper_height()};
  const Window near = widened(covering(w, entropy::kHyperStride), kHyperReach, all);
  const auto symbols = cut(hyper, all, near, hyper_channels_);
  const Window around = intersection(scaled(near, entropy::kHyperStride), whole());
  const model::Planes planes{
      hyper_channels_, near.height, near.width, {symbols.begin(), symbols.end()}};
  return cut(network_.hyper_synthesis(planes, quality_, around.height, around.width), around, w);
}

image::FloatImage TransformCoder::synthesis(const model::Planes& latent, const Window& w) const {
  return cut(network_.synthesis(latent, quality_), scaled(seen(w), kStride), samples(w));
}

Window TransformCoder::preview_samples(const Window& w) const {
  const Window whole{0, 0, ceil_div(plan_.width, kPreviewStride),
                     ceil_div(plan_.height, kPreviewStride)};
  return intersection(scaled(w, kStride / kPreviewStride), whole);
}

image::FloatImage TransformCoder::preview(const model::Planes& latent, const Window& w) const {
  return cut(network_.preview(latent, quality_), scaled(seen(w), kStride / kPreviewStride),
             preview_samples(w));
}

}  // namespace imgcnn::codec
