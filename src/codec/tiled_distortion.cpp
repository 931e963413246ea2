// Tiles of the latent, each with a margin.

#include "tiled_distortion.h"

#include "imgcnn/model/config.h"
#include "rect.h"

namespace imgcnn::codec {
namespace {

constexpr int kTile = 48;   // positions of the latent
constexpr int kMargin = 4;  // what the 3x3 kernels of the synthesis reach, nearly

}  // namespace

model::Planes distortion_gradient(model::Network& network, const model::Planes& latent,
                                  double quality, const image::FloatImage& rgb) {
  const TileGrid grid(latent.width, latent.height, kTile);
  if (grid.count() == 1) return network.distortion(latent, quality, rgb).gradient;
  const Rect whole{0, 0, latent.width, latent.height}, picture{0, 0, rgb.width, rgb.height};
  model::Planes gradient{latent.channels, latent.height, latent.width,
                         std::vector<float>(latent.data.size())};
  for (int i = 0; i < grid.count(); ++i) {
    const Rect core = grid.tile(i), around = inflated(core, kMargin, whole);
    const Rect pixels = intersection(scaled(around, model::ModelConfig::kLatentStride), picture);
    const auto part =
        network.distortion(crop(latent, whole, around), quality, crop(rgb, picture, pixels))
            .gradient;
    copy_rect(part.data, around, gradient.data, whole, core, latent.channels);
  }
  return gradient;
}

}  // namespace imgcnn::codec
