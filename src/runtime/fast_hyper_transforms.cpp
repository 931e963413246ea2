// Latents to hyper-latents, and hyper-latents to predicted means.

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "fast_transforms.h"
#include "imgcnn/entropy/integer_scale_network.h"

namespace imgcnn::runtime {

HyperAnalysis FastTransforms::pack_hyper_analysis() const {
  const auto from = reader();
  const auto kind = Arithmetic::kFloat;
  const int width = config_.hyper_width;
  const std::string name = "hyper_analysis.";
  HyperAnalysis part;
  part.in =
      Convolution1(from.convolution(name + "0", width, config_.latent_channels), kind, width_);
  part.whole = ResidualStage(from, name + "1", width, kind, width_);
  part.down = Downsample(from, name + "2", width, width, kind, width_);
  part.half = ResidualStage(from, name + "3", width, kind, width_);
  part.again = Downsample(from, name + "4", width, width, kind, width_);
  part.out =
      Convolution1(from.convolution(name + "5", config_.hyper_channels, width), kind, width_);
  return part;
}

model::Planes FastTransforms::hyper_analysis(const Pass& pass, const model::Planes& latent,
                                             double quality) const {
  constexpr int kStride = entropy::kHyperStride;
  const HyperAnalysis& part = hyper_analysis_.get([&] { return pack_hyper_analysis(); });
  FeatureMap &a = pass.workspace.maps[0], &b = pass.workspace.maps[1];
  const int height = (latent.height + kStride - 1) / kStride,
            width = (latent.width + kStride - 1) / kStride;
  to_map(pass, latent, inverse_of(product_of(gain_.at(quality), deviation_)), height * kStride,
         width * kStride, b);
  part.in.run(pass, b, EpilogueKind::kStore, a);
  part.whole.run(pass, a, b, FLT_MAX);
  part.down.run(pass, a, b);
  part.half.run(pass, b, a, FLT_MAX);
  part.again.run(pass, b, a);
  auto z = planes_of(config_.hyper_channels, height, width);
  const std::vector<float> ones(static_cast<std::size_t>(padded_channels(z.channels)), 1.0F);
  part.out.to_planes(pass, a, ones, z.channels, height, width, z.data.data());
  const auto gain = hyper_gain_.at(quality);
  const auto bound = static_cast<float>(config_.hyper_bound);
  const auto plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  for (std::size_t i = 0; i < z.data.size(); ++i)
    z.data[i] = std::tanh(z.data[i] / bound) * bound * gain[i / plane];
  return z;
}

HyperSynthesis FastTransforms::pack_hyper_synthesis() const {
  const auto from = reader();
  const auto kind = Arithmetic::kInt16;
  const int width = config_.hyper_width;
  const std::string name = "hyper_synthesis.";
  HyperSynthesis part;
  part.in = Convolution3(from, name + "0", config_.hyper_channels, width, kind, width_);
  part.up = Upsample(from, name + "1", width, width, kind, width_);
  part.half = ResidualStage(from, name + "2", width, kind, width_);
  part.again = Upsample(from, name + "3", width, width, kind, width_);
  part.whole = ResidualStage(from, name + "4", width, kind, width_);
  part.mean =
      Convolution1(from.convolution(name + "5", config_.latent_channels, width), kind, width_);
  return part;
}

model::Planes FastTransforms::hyper_synthesis(const Pass& pass, const model::Planes& hyper,
                                              double quality, int height, int width) const {
  const HyperSynthesis& part = hyper_synthesis_.get([&] { return pack_hyper_synthesis(); });
  FeatureMap &a = pass.workspace.maps[0], &b = pass.workspace.maps[1];
  const std::vector<float> ones(static_cast<std::size_t>(padded_channels(config_.hyper_width)),
                                1.0F);
  to_map(pass, hyper, inverse_of(hyper_gain_.at(quality)), hyper.height, hyper.width, b);
  part.in.run(pass, b, 1, EpilogueKind::kStore, a);
  part.up.run(pass, a, ones, b);
  part.half.run(pass, b, a, FLT_MAX);
  part.again.run(pass, b, ones, a);
  part.whole.run(pass, a, b, FLT_MAX);
  auto mean = planes_of(config_.latent_channels, height, width);
  auto factors = product_of(gain_.at(quality), deviation_);
  for (float& factor : factors) factor *= static_cast<float>(config_.mean_scale);
  part.mean.to_planes(pass, a, factors, mean.channels, height, width, mean.data.data());
  return mean;
}

}  // namespace imgcnn::runtime
