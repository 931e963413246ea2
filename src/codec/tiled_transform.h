#pragma once
// Pictures to latents and back through the network, a window at a time: what entropy coding does
// not see. Windows see as much of their surroundings as the network does, so what comes out is the
// same as of the whole picture.

#include <cstdint>
#include <functional>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/entropy/integer_scale_network.h"
#include "imgcnn/image/image.h"
#include "imgcnn/model/network.h"
#include "rect.h"

namespace imgcnn::codec {

/// Samples [3, height, width] of a window of the picture, ready for the network.
using PixelSource = std::function<image::FloatImage(const Rect&)>;

/// Side of the windows that pictures go through the network in, in positions of the latent: a few
/// tiles, as every window is computed with a margin.
constexpr int kWindowSide = 128;
/// Side of what the network sees at once, but for that margin: a window with what its hyper-latent
/// looks at around it. Bounds the network's memory.
constexpr int kNetworkSide = kWindowSide + 2 * entropy::kHyperStride;

/// One picture at one quality. Windows are of latent positions, if not said otherwise, and lie
/// inside whole().
class TiledTransform {
 public:
  TiledTransform(model::Network& network, const model::ModelConfig& config, const CodingPlan& plan);

  /// The picture's samples that the window stands for: without the padding.
  [[nodiscard]] Rect samples(const Rect& w) const;

  /// Latent [M, w].
  [[nodiscard]] model::Planes latent(const PixelSource& pixels, const Rect& w) const;
  /// Hyper-latent of the hyper positions that cover the window. `latent` is that of inflated(w,
  /// kHyperStride). Requires: x and y of the window are multiples of kHyperStride, and so are its
  /// ends unless the latent ends there.
  [[nodiscard]] model::Planes hyper_latent(const model::Planes& latent, const Rect& w) const;
  /// Expected latent [M, w] by the decoded hyper-latent of the whole picture; zeros without one.
  [[nodiscard]] model::Planes mean(const std::vector<std::int32_t>& hyper, const Rect& w) const;

  /// What synthesis has to see to be right in `w`.
  [[nodiscard]] Rect receptive_field(const Rect& w) const { return inflated(w, reach_, whole()); }
  /// samples(w) of the reconstruction from the latent [M, receptive_field(w)].
  [[nodiscard]] image::FloatImage synthesis(const model::Planes& latent, const Rect& w) const;

  /// The part of the preview, at 1/8 of the picture's resolution, that the window stands for.
  [[nodiscard]] Rect preview_samples(const Rect& w) const;
  /// preview_samples(w) of the preview from the latent [M, receptive_field(w)].
  [[nodiscard]] image::FloatImage preview(const model::Planes& latent, const Rect& w) const;

  [[nodiscard]] Rect whole() const { return plan_.whole(); }

 private:
  model::Network& network_;
  int latent_channels_, hyper_channels_, reach_;
  CodingPlan plan_;
  double quality_;
};

}  // namespace imgcnn::codec
