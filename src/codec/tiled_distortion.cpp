// Tiles of the latent, each with a margin.

#include "tiled_distortion.h"

#include <algorithm>

#include "imgcnn/model/config.h"

namespace imgcnn::codec {
namespace {

constexpr int kStride = model::ModelConfig::kLatentStride;
constexpr int kTile = 48;   // positions of the latent
constexpr int kMargin = 4;  // what the 3x3 kernels of the synthesis reach, nearly

struct Window {
  int x, y, width, height;
};

template <class Array>
Array cut(const Array& from, Window w) {
  Array to{from.channels, w.height, w.width, {}};
  to.data.reserve(static_cast<std::size_t>(from.channels) * static_cast<std::size_t>(w.height * w.width));
  for (int c = 0; c < from.channels; ++c) {
    for (int y = w.y; y < w.y + w.height; ++y) {
      const auto row = from.data.begin() + (static_cast<std::ptrdiff_t>(c) * from.height + y) * from.width + w.x;
      to.data.insert(to.data.end(), row, row + w.width);
    }
  }
  return to;
}

/// Copies the part of `from`, which is window `w` of `to`, that lies inside `core`.
void paste(const model::Planes& from, Window w, Window core, model::Planes& to) {
  for (int c = 0; c < to.channels; ++c) {
    for (int y = core.y; y < core.y + core.height; ++y) {
      const auto row = from.data.begin() + (static_cast<std::ptrdiff_t>(c) * w.height + y - w.y) * w.width + core.x - w.x;
      std::copy(row, row + core.width, to.data.begin() + (static_cast<std::ptrdiff_t>(c) * to.height + y) * to.width + core.x);
    }
  }
}

}  // namespace

model::Planes distortion_gradient(model::Network& network, const model::Planes& latent, double quality,
                                  const image::FloatImage& rgb) {
  if (latent.width <= kTile && latent.height <= kTile) return network.distortion(latent, quality, rgb).gradient;
  model::Planes gradient{latent.channels, latent.height, latent.width, std::vector<float>(latent.data.size())};
  for (int y = 0; y < latent.height; y += kTile) {
    for (int x = 0; x < latent.width; x += kTile) {
      const Window core{x, y, std::min(kTile, latent.width - x), std::min(kTile, latent.height - y)};
      const int left = std::max(x - kMargin, 0), top = std::max(y - kMargin, 0);
      const Window w{left, top, std::min(x + core.width + kMargin, latent.width) - left,
                     std::min(y + core.height + kMargin, latent.height) - top};
      const Window pixels{w.x * kStride, w.y * kStride, std::min((w.x + w.width) * kStride, rgb.width) - w.x * kStride,
                          std::min((w.y + w.height) * kStride, rgb.height) - w.y * kStride};
      paste(network.distortion(cut(latent, w), quality, cut(rgb, pixels)).gradient, w, core, gradient);
    }
  }
  return gradient;
}

}  // namespace imgcnn::codec
