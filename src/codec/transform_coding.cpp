// Analysis, quantisation, synthesis.

#include "transform_coding.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "imgcnn/base/checked_math.h"
#include "padding.h"

namespace imgcnn::codec {
namespace {

constexpr int kStride = model::ModelConfig::kLatentStride;

/// Nearest integer within the coder's range; NaN (a damaged model) becomes the lowest symbol rather than undefined.
std::int32_t to_symbol(float value) {
  constexpr auto kLimit = static_cast<float>(entropy::kMaxSymbol);
  if (!(value > -kLimit)) return -entropy::kMaxSymbol;
  if (value > kLimit) return entropy::kMaxSymbol;
  return static_cast<std::int32_t>(std::nearbyint(value));
}

std::vector<std::int32_t> to_symbols(const std::vector<float>& values) {
  std::vector<std::int32_t> symbols(values.size());
  std::transform(values.begin(), values.end(), symbols.begin(), to_symbol);
  return symbols;
}

/// Expected latent by the decoded hyper-latent.
model::Planes mean_of(model::Network& network, const std::vector<std::int32_t>& hyper, int channels, LatentSize size, double quality) {
  const model::Planes planes{channels, size.hyper_height(), size.hyper_width(), {hyper.begin(), hyper.end()}};
  return network.hyper_synthesis(planes, quality, size.height, size.width);
}

int channels_of(const std::vector<std::int32_t>& symbols, int height, int width) {
  return static_cast<int>(symbols.size() / (static_cast<std::size_t>(height) * static_cast<std::size_t>(width)));
}

}  // namespace

LatentSize latent_size(int width, int height) { return {ceil_div(height, kStride), ceil_div(width, kStride)}; }

Symbols analyse(model::Network& network, bool hyper, const image::FloatImage& rgb, double quality) {
  auto latent = network.analysis(pad_to_multiple(rgb, kStride), quality);
  Symbols symbols;
  if (hyper) {
    const auto z = network.hyper_analysis(latent, quality);
    symbols.hyper = to_symbols(z.data);
    const auto mean = mean_of(network, symbols.hyper, z.channels, {latent.height, latent.width}, quality);
    for (std::size_t i = 0; i < latent.data.size(); ++i) latent.data[i] -= mean.data[i];
  }
  symbols.latent = to_symbols(latent.data);
  return symbols;
}

image::FloatImage synthesise(model::Network& network, bool hyper, const Symbols& symbols, LatentSize size, double quality) {
  model::Planes latent{channels_of(symbols.latent, size.height, size.width), size.height, size.width,
                       {symbols.latent.begin(), symbols.latent.end()}};
  if (hyper) {
    const int channels = channels_of(symbols.hyper, size.hyper_height(), size.hyper_width());
    const auto mean = mean_of(network, symbols.hyper, channels, size, quality);
    for (std::size_t i = 0; i < latent.data.size(); ++i) latent.data[i] += mean.data[i];
  }
  return network.synthesis(latent, quality);
}

}  // namespace imgcnn::codec
