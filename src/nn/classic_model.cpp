// The `classic` architecture.

#include "classic_model.h"

#include "imgcnn/base/error.h"
#include "imgcnn/model/coding_tables.h"

namespace imgcnn::nn {
namespace {

// The bottleneck's outputs deviate by about one; a gain of 2 at quality 0 and 20 at 100 brackets
// useful quantizer steps.
constexpr double kGainLog = 0.7;
constexpr double kGainSlope = 2.3;

torch::Tensor pool2(const torch::Tensor& x, bool maximum) {
  return maximum ? torch::max_pool2d(x, 2) : torch::avg_pool2d(x, 2);
}

}  // namespace

ClassicModel::ClassicModel(const model::ModelConfig& config)
    : CompressionModel(config),
      bottleneck_in_(
          register_module("bottleneck_in", Conv(config.widths.back(), config.latent_channels, 1))),
      bottleneck_out_(
          register_module("bottleneck_out", Conv(config.latent_channels, config.widths.back(), 1))),
      prior_(register_module("prior", FactorizedPrior(config.latent_channels))),
      gain_(register_module(
          "gain", RateVectors(config.rate_knots, config.latent_channels, kGainLog, kGainSlope))),
      step_(register_module(
          "step", RateVectors(config.rate_knots, config.latent_channels, -kGainLog, -kGainSlope))) {
  const auto& widths = config.widths;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const int before = i == 0 ? 3 : widths[i - 1];
    // He's factor: a ReLU halves the variance.
    Conv down(before, widths[i], 3), up(widths[i], before, 3);
    torch::NoGradGuard no_grad;
    down->weight.mul_(1.4142);
    if (i > 0) up->weight.mul_(1.4142);
    encoder_.push_back(register_module("encoder" + std::to_string(i), down));
    decoder_.push_back(register_module("decoder" + std::to_string(i), up));
  }
}

torch::Tensor ClassicModel::analysis(const torch::Tensor& x, const torch::Tensor& quality) {
  auto features = (x - 0.5).to(compute_dtype()).contiguous(torch::MemoryFormat::ChannelsLast);
  for (auto& conv : encoder_) features = pool2(torch::relu(conv(features)), config().pool == "max");
  return bottleneck_in_(features).to(torch::kFloat32) * gain_(quality);
}

torch::Tensor ClassicModel::synthesis(const torch::Tensor& y_hat, const torch::Tensor& quality) {
  auto features =
      (y_hat * step_(quality)).to(compute_dtype()).contiguous(torch::MemoryFormat::ChannelsLast);
  features = torch::relu(bottleneck_out_(features));
  for (std::size_t i = decoder_.size(); i-- > 0;) {
    features = torch::upsample_nearest2d(features, {features.size(2) * 2, features.size(3) * 2});
    features = decoder_[i](features);
    if (i > 0) features = torch::relu(features);
  }
  return features.to(torch::kFloat32) + 0.5;
}

torch::Tensor ClassicModel::hyper_analysis(const torch::Tensor& y, const torch::Tensor& quality) {
  return {};
}

torch::Tensor ClassicModel::hyper_synthesis(const torch::Tensor& z_hat,
                                            const torch::Tensor& quality, std::int64_t h,
                                            std::int64_t w) {
  throw Error(ErrorCode::kInternal, "the classic architecture has no hyper-latent");
}

ModelOutput ClassicModel::forward(const torch::Tensor& x, const torch::Tensor& quality) {
  const auto y = analysis(x, quality);
  ModelOutput output;
  output.latent_bits = prior_->bits(y + torch::rand_like(y) - 0.5, gain_(quality)).sum({1, 2, 3});
  output.hyper_bits = torch::zeros_like(output.latent_bits);
  output.x_hat = synthesis(round_ste(y), quality);
  return output;
}

void ClassicModel::freeze_tables(bitstream::TensorFile& file) const {
  model::put_table(file, model::kLatentTable, prior_->freeze(gain_, config().prior_levels));
}

}  // namespace imgcnn::nn
