// Analysis, quantisation, synthesis.

#include "transform_coding.h"

#include <utility>

#include "imgcnn/base/checked_math.h"
#include "imgcnn/entropy/rate.h"
#include "padding.h"

namespace imgcnn::codec {
namespace {

constexpr int kStride = model::ModelConfig::kLatentStride;

int channels_of(const std::vector<std::int32_t>& symbols, int height, int width) {
  return static_cast<int>(symbols.size() / (static_cast<std::size_t>(height) * static_cast<std::size_t>(width)));
}

/// Expected latent by the decoded hyper-latent.
model::Planes mean_of(model::Network& network, const std::vector<std::int32_t>& hyper, LatentSize size, double quality) {
  const int channels = channels_of(hyper, size.hyper_height(), size.hyper_width());
  const model::Planes planes{channels, size.hyper_height(), size.hyper_width(), {hyper.begin(), hyper.end()}};
  return network.hyper_synthesis(planes, quality, size.height, size.width);
}

}  // namespace

LatentSize latent_size(int width, int height) { return {ceil_div(height, kStride), ceil_div(width, kStride)}; }

Analysis analyse(model::Network& network, const LatentCoder& coder, const image::FloatImage& rgb, int quality16) {
  const double quality = entropy::quality_share(quality16);
  auto latent = network.analysis(pad_to_multiple(rgb, kStride), quality);
  Analysis result;
  result.size = {latent.height, latent.width};
  result.mean = {latent.channels, latent.height, latent.width, std::vector<float>(latent.data.size())};
  if (coder.has_hyper()) {
    const auto z = network.hyper_analysis(latent, quality);
    result.hyper = coder.quantise_hyper(z.data, result.size, quality16);
    result.mean = mean_of(network, result.hyper, result.size, quality);
  }
  result.residual = std::move(latent.data);
  for (std::size_t i = 0; i < result.residual.size(); ++i) result.residual[i] -= result.mean.data[i];
  return result;
}

image::FloatImage synthesise(model::Network& network, const Symbols& symbols, LatentSize size, int quality16) {
  const double quality = entropy::quality_share(quality16);
  model::Planes latent{channels_of(symbols.latent, size.height, size.width), size.height, size.width,
                       {symbols.latent.begin(), symbols.latent.end()}};
  if (!symbols.hyper.empty()) {
    const auto mean = mean_of(network, symbols.hyper, size, quality);
    for (std::size_t i = 0; i < latent.data.size(); ++i) latent.data[i] += mean.data[i];
  }
  return network.synthesis(latent, quality);
}

}  // namespace imgcnn::codec
