// The `fast` architecture (and `high`, which is a preset of it).

#include "fast_model.h"

#include <cmath>

#include "imgcnn/model/coding_tables.h"
#include "imgcnn/nn/block_transform.h"

namespace imgcnn::nn {
namespace {

// Brings centred samples, which deviate by about 0.27, to the unit size at which gates and slopes
// bend.
constexpr double kStemStart = 3.0;

// Gain of the hyper-latent at quality 0 and its rise to 100: starts coarse, as its bits weigh most
// at low rates.
constexpr double kHyperGainLog = -0.7;
constexpr double kHyperGainSlope = 1.2;

torch::nn::Sequential residual_stage(int count, int channels) {
  torch::nn::Sequential stage;
  for (int i = 0; i < count; ++i) stage->push_back(ResidualBlock(channels));
  return stage;
}

torch::Tensor run_bounded(torch::nn::Sequential& stage, torch::Tensor features, double bound) {
  for (auto& block : *stage) features = clamp_inward(block.forward(features), -bound, bound);
  return features;
}

torch::Tensor deviation_buffer(torch::nn::Module& owner, std::int64_t channels) {
  return owner.register_buffer("deviation",
                               block_dct_prior_deviation(channels).view({1, -1, 1, 1}));
}

/// Output layers start at zero: training starts from the linear path. A random function added to it
/// would only teach the layers before it to fall silent (measured: their features shrink thirtyfold
/// within 1000 steps).
void silence(Conv& conv) {
  torch::NoGradGuard no_grad;
  conv->weight.zero_();
}

torch::Tensor pad_to_multiple(const torch::Tensor& y, std::int64_t multiple) {
  const auto bottom = (multiple - y.size(2) % multiple) % multiple;
  const auto right = (multiple - y.size(3) % multiple) % multiple;
  if (bottom == 0 && right == 0) return y;
  namespace F = torch::nn::functional;
  return F::pad(y, F::PadFuncOptions({0, right, 0, bottom}).mode(torch::kReplicate));
}

// ln of the gain at which a unit quantizer step minimizes the RD loss at high rate for orthonormal
// transforms: d(bits)/d(ln step) = -3 / ln 2 a pixel against lambda 255^2 step^2 / 6, so gain = 255
// sqrt(lambda ln 2 / 18).
double high_rate_gain_log(double lambda) {
  return std::log(255.0 * std::sqrt(lambda * std::log(2.0) / 18.0));
}

}  // namespace

FastAnalysisImpl::FastAnalysisImpl(const model::ModelConfig& config)
    : latent_scale_(config.latent_scale),
      linear_(register_module("linear", Conv(768, config.latent_channels, 1))),
      stem_(register_module("stem", Conv(192, config.analysis_widths[0], 1))),
      head_(register_module("head", Conv(config.analysis_widths[1], config.latent_channels, 1))),
      rate_(register_module("rate", RateVectors(config.rate_knots, config.analysis_widths[0]))),
      blocks8_(register_module(
          "blocks8", residual_stage(config.analysis_blocks[0], config.analysis_widths[0]))),
      blocks16_(register_module(
          "blocks16", residual_stage(config.analysis_blocks[1], config.analysis_widths[1]))),
      down_(register_module("down",
                            Downsample(config.analysis_widths[0], config.analysis_widths[1]))) {
  silence(head_);
  torch::NoGradGuard no_grad;
  stem_->weight.mul_(kStemStart);
  linear_->weight.copy_(block_dct_atoms(config.latent_channels).view_as(linear_->weight));
}

torch::Tensor FastAnalysisImpl::forward(const torch::Tensor& x, const torch::Tensor& quality,
                                        torch::ScalarType dtype) {
  const auto centred = x - 0.5;
  const auto linear = linear_(torch::pixel_unshuffle(centred, 16));
  auto features =
      torch::pixel_unshuffle(centred, 8).to(dtype).contiguous(torch::MemoryFormat::ChannelsLast);
  features = stem_(features) * rate_(quality).to(dtype);
  features = blocks16_->forward(down_(blocks8_->forward(features)));
  return linear + head_(features).to(torch::kFloat32) * latent_scale_;
}

FastSynthesisImpl::FastSynthesisImpl(const model::ModelConfig& config)
    : pixel_scale_(config.pixel_scale),
      bounds_(config.feature_bounds),
      linear_(register_module("linear", Conv(config.latent_channels, 768, 1))),
      stem_(register_module("stem", Conv(config.latent_channels, config.widths[1], 1))),
      head_(register_module("head", Conv(config.widths[0], 192, 1))),
      rate_(register_module("rate", RateVectors(config.rate_knots, config.widths[0]))),
      blocks16_(register_module("blocks16",
                                residual_stage(config.synthesis_blocks[1], config.widths[1]))),
      blocks8_(
          register_module("blocks8", residual_stage(config.synthesis_blocks[0], config.widths[0]))),
      up_(register_module("up", Upsample(config.widths[1], config.widths[0]))),
      deviation_(deviation_buffer(*this, config.latent_channels)) {
  silence(head_);
  torch::NoGradGuard no_grad;
  linear_->weight.copy_(block_dct_atoms(config.latent_channels).t().reshape_as(linear_->weight));
}

torch::Tensor FastSynthesisImpl::forward(const torch::Tensor& y, const torch::Tensor& quality,
                                         torch::ScalarType dtype) {
  const auto linear = torch::pixel_shuffle(linear_(y), 16);
  auto features = stem_((y / deviation_).to(dtype).contiguous(torch::MemoryFormat::ChannelsLast));
  features = up_(run_bounded(blocks16_, features, bounds_[1])) * rate_(quality).to(dtype);
  // The shuffle leaves planes, which a GPU's convolutions in bf16 would turn round and back.
  if (features.is_cuda()) features = features.contiguous(torch::MemoryFormat::ChannelsLast);
  features = head_(run_bounded(blocks8_, features, bounds_[0]));
  return linear + torch::pixel_shuffle(features.to(torch::kFloat32), 8) * pixel_scale_ + 0.5;
}

torch::Tensor FastSynthesisImpl::preview(const torch::Tensor& y) {
  // Means of the layer's outputs are outputs of the means of its rows, which pixel_shuffle orders
  // as [channel][y][x].
  constexpr std::int64_t kSide = model::ModelConfig::kPreviewStride,
                         kParts = model::ModelConfig::kLatentStride / kSide;
  const auto weight = linear_->weight.view({3, kParts, kSide, kParts, kSide, -1}).mean({2, 4});
  const auto bias = linear_->bias.view({3, kParts, kSide, kParts, kSide}).mean({2, 4});
  const auto means =
      torch::conv2d(y, weight.reshape({3 * kParts * kParts, -1, 1, 1}), bias.reshape({-1}));
  return torch::pixel_shuffle(means, kParts) + 0.5;
}

FastModel::FastModel(const model::ModelConfig& config)
    : CompressionModel(config),
      analysis_(register_module("analysis", FastAnalysis(config))),
      synthesis_(register_module("synthesis", FastSynthesis(config))),
      scale_head_(register_module("scale_head", ScaleHead(config))),
      hyper_prior_(register_module("hyper_prior", FactorizedPrior(config.hyper_channels))),
      deviation_(deviation_buffer(*this, config.latent_channels)),
      gain_(register_module("gain", RateVectors(config.rate_knots, config.latent_channels))),
      step_(register_module("step", RateVectors(config.rate_knots, config.latent_channels))),
      hyper_gain_(register_module(
          "hyper_gain",
          RateVectors(config.rate_knots, config.hyper_channels, kHyperGainLog, kHyperGainSlope))) {
  const int width = config.hyper_width;
  hyper_analysis_ = register_module(
      "hyper_analysis",
      torch::nn::Sequential(Conv(config.latent_channels, width, 1), ResidualBlock(width),
                            Downsample(width, width), ResidualBlock(width),
                            Downsample(width, width), Conv(width, config.hyper_channels, 1)));
  Conv mean(width, config.latent_channels, 1);
  silence(mean);
  hyper_synthesis_ = register_module(
      "hyper_synthesis", torch::nn::Sequential(Conv(config.hyper_channels, width, 3),
                                               Upsample(width, width), ResidualBlock(width),
                                               Upsample(width, width), ResidualBlock(width), mean));
  torch::NoGradGuard no_grad;
  for (int k = 0; k < config.rate_knots; ++k) {
    const double log_gain =
        high_rate_gain_log(config.lambda(static_cast<double>(k) / (config.rate_knots - 1)));
    gain_->log_knots[k].fill_(log_gain);
    step_->log_knots[k].fill_(-log_gain);
  }
  scale_head_->initialize(block_dct_prior_deviation(config.latent_channels), gain_->log_knots);
}

torch::Tensor FastModel::analysis(const torch::Tensor& x, const torch::Tensor& quality) {
  return analysis_(x, quality, compute_dtype()) * gain_(quality);
}

torch::Tensor FastModel::synthesis(const torch::Tensor& y_hat, const torch::Tensor& quality) {
  return synthesis_(y_hat * step_(quality), quality, compute_dtype());
}

torch::Tensor FastModel::preview(const torch::Tensor& y_hat, const torch::Tensor& quality) {
  return synthesis_->preview(y_hat * step_(quality));
}

torch::Tensor FastModel::hyper_analysis_natural(const torch::Tensor& y_natural) {
  const auto input =
      pad_to_multiple(y_natural / deviation_, entropy::kHyperStride).to(compute_dtype());
  const auto z = hyper_analysis_->forward(input.contiguous(torch::MemoryFormat::ChannelsLast))
                     .to(torch::kFloat32);
  // Only the product with the gain matters for the rate: without a bound the hyper-latent drifts up
  // until the scale head saturates.
  return torch::tanh(z / config().hyper_bound) * config().hyper_bound;
}

torch::Tensor FastModel::hyper_analysis(const torch::Tensor& y, const torch::Tensor& quality) {
  return hyper_analysis_natural(y / gain_(quality)) * hyper_gain_(quality);
}

torch::Tensor FastModel::mean(const torch::Tensor& z_natural, const torch::Tensor& gain) {
  const auto input = z_natural.to(compute_dtype()).contiguous(torch::MemoryFormat::ChannelsLast);
  return hyper_synthesis_->forward(input).to(torch::kFloat32) *
         (deviation_ * gain * config().mean_scale);
}

torch::Tensor FastModel::hyper_synthesis(const torch::Tensor& z_hat, const torch::Tensor& quality,
                                         std::int64_t h, std::int64_t w) {
  using torch::indexing::Slice;
  const auto full = mean(z_hat / hyper_gain_(quality), gain_(quality));
  return full.index({Slice(), Slice(), Slice(0, h), Slice(0, w)});
}

torch::Tensor FastModel::sigma_of(const torch::Tensor& rows) const {
  const double row_step =
      std::log(config().scale_max / config().scale_min) / (config().scale_rows - 1);
  return torch::exp(rows * row_step + std::log(config().scale_min));
}

ModelOutput FastModel::forward_quantized(const torch::Tensor& x, const torch::Tensor& quality) {
  ModelOutput output;
  torch::Tensor y_hat;
  {
    torch::NoGradGuard no_grad;
    const auto gain = gain_(quality), hyper_gain = hyper_gain_(quality);
    const auto y_natural = analysis_(x, quality, compute_dtype());
    const auto z = torch::round(hyper_analysis_natural(y_natural) * hyper_gain);
    const auto mu = mean(z / hyper_gain, gain);
    if (!quantizer_) quantizer_.emplace(config());
    const auto quantized =
        (*quantizer_)(y_natural * gain - mu, torch::round(scale_head_(z / hyper_gain, quality)));
    output.latent_bits = quantized.bits;
    output.hyper_bits = hyper_prior_->bits(z, hyper_gain).sum({1, 2, 3});
    y_hat = quantized.values + mu;
  }
  output.x_hat = synthesis(y_hat, quality);
  return output;
}

ModelOutput FastModel::forward(const torch::Tensor& x, const torch::Tensor& quality) {
  const auto gain = gain_(quality);
  const auto hyper_gain = hyper_gain_(quality);
  const auto y_natural = analysis_(x, quality, compute_dtype());
  // The hyper-analysis learns from a copy: the gradient of the scale rows with respect to the
  // latent is a thousand times that of rate and distortion, nearly all of it noise, and would be
  // all that the analysis hears.
  const auto z = hyper_analysis_natural(y_natural.detach()) * hyper_gain;
  const auto z_natural_hat = round_ste(z) / hyper_gain;
  const auto mu = mean(z_natural_hat, gain);
  const auto sigma = sigma_of(scale_head_(z_natural_hat, quality));

  const auto centred = y_natural * gain - mu;
  const auto noise = [](const torch::Tensor& t) { return torch::rand_like(t) - 0.5; };
  ModelOutput output;
  output.latent_bits = gaussian_bits(centred + noise(centred), sigma).sum({1, 2, 3});
  output.hyper_bits = hyper_prior_->bits(z + noise(z), hyper_gain).sum({1, 2, 3});
  output.x_hat = synthesis(round_ste(centred) + mu, quality);
  return output;
}

void FastModel::freeze_tables(bitstream::TensorFile& file) const {
  model::put_table(file, model::kHyperTable,
                   hyper_prior_->freeze(hyper_gain_, config().prior_levels));
  model::put_scale_table(file, config());
  model::put_scale_network(file, scale_head_->freeze(hyper_gain_));
}

}  // namespace imgcnn::nn
