// The scale head in floating point, and its conversion to integers.

#include <algorithm>
#include <cmath>

#include "fast_model.h"
#include "imgcnn/base/error.h"
#include "imgcnn/entropy/quality.h"

namespace imgcnn::nn {
namespace {

// Fixed point of entropy/integer_scale_network.h: its clamps at 4095 become these bounds in
// training.
constexpr int kInputFraction = 6;   // z before its gain: +-64 in steps of 1/64
constexpr int kHiddenFraction = 5;  // hidden activations: 0..128 in steps of 1/32
constexpr double kInputBound = 4095.0 / (1 << kInputFraction);
constexpr double kHiddenBound = 4095.0 / (1 << kHiddenFraction);
constexpr int kActivationLimit = 4095;
constexpr int kScaleShift = 16;  // fraction bits of input_scale
// Rows per unit of the head's output: brings its gradients to the size of the other layers'.
constexpr double kRowsPerUnit = 4.0;

/// Largest number of fraction bits at which the weights fit int16 and no accumulator can leave
/// int32.
int fraction_bits(const torch::Tensor& weight, const torch::Tensor& extra, int activation_bits) {
  const double largest = weight.abs().max().item<double>();
  const double sums = weight.abs().flatten(1).sum(1).max().item<double>();
  const double bias = extra.abs().max().item<double>();
  for (int bits = 14; bits > 0; --bits) {
    const double scale = std::ldexp(1.0, bits);
    // Rounding may lift every weight by half a unit; an eighth of the range stays free for that.
    const double accumulated =
        sums * scale * kActivationLimit + bias * std::ldexp(scale, activation_bits);
    if (largest * scale < 32767.0 && accumulated < 0.875 * 2147483648.0) return bits;
  }
  throw Error(ErrorCode::kInternal, "scale head: weights too large for its integer form");
}

std::vector<std::int32_t> to_i32(const torch::Tensor& values, double scale) {
  const auto rounded =
      torch::round(values.to(torch::kFloat64) * scale).to(torch::kInt32).contiguous();
  const auto* data = rounded.data_ptr<std::int32_t>();
  return {data, data + rounded.numel()};
}

std::vector<std::int16_t> to_i16(const torch::Tensor& values, double scale) {
  const auto wide = to_i32(values, scale);
  return {wide.begin(), wide.end()};
}

torch::Tensor to_float(const std::vector<std::int16_t>& values, const torch::Tensor& like,
                       double scale) {
  const auto integers = torch::tensor(std::vector<std::int32_t>(values.begin(), values.end()));
  return (integers.to(torch::kFloat64) / scale).to(torch::kFloat32).view_as(like);
}

}  // namespace

ScaleHeadImpl::ScaleHeadImpl(const model::ModelConfig& config)
    : config_(config),
      hidden_(register_module("hidden", Conv(config.hyper_channels, config.scale_hidden, 3))),
      index_(register_module("index", Conv(config.scale_hidden, config.latent_channels * 16, 1))),
      rate_(register_module("rate", RateVectors(config.rate_knots, config.latent_channels))) {
  torch::NoGradGuard no_grad;
  index_->weight.mul_(0.1);  // starts at the rows of `initialize`
}

void ScaleHeadImpl::initialize(const torch::Tensor& deviation,
                               const torch::Tensor& gain_log_knots) {
  torch::NoGradGuard no_grad;
  const double step = std::log(config_.scale_max / config_.scale_min) / (config_.scale_rows - 1);
  const auto rows =
      (deviation.log().unsqueeze(0) + gain_log_knots - std::log(config_.scale_min)) / step;
  rate_->log_knots.copy_(rows / kRowsPerUnit);
}

torch::Tensor ScaleHeadImpl::forward(const torch::Tensor& z, const torch::Tensor& quality) {
  const auto hidden = torch::clamp(torch::relu(hidden_(torch::clamp(z, -kInputBound, kInputBound))),
                                   0.0, kHiddenBound);
  const auto units =
      torch::pixel_shuffle(index_(hidden), entropy::kHyperStride) + rate_->logs(quality);
  return clamp_inward(units * kRowsPerUnit, 0.0, static_cast<double>(config_.scale_rows - 1));
}

entropy::IntegerScaleNetwork::Weights ScaleHeadImpl::freeze(RateVectors hyper_gain) const {
  torch::NoGradGuard no_grad;
  const auto quality = torch::linspace(0, 1, entropy::kRateKnots);
  auto rate = rate_;  // a handle: forward is not const
  const auto inverse_gain = torch::exp(-hyper_gain->logs(quality));
  const auto rate_rows = rate->logs(quality) * kRowsPerUnit;
  const auto index_weight = index_->weight * kRowsPerUnit;
  const auto index_bias = index_->bias * kRowsPerUnit;

  // The second layer's own bias and the largest one of all rates, bounded together.
  const auto worst_bias = index_bias.abs().max() + rate_rows.abs().max() + 1.0;
  const int hidden_bits = fraction_bits(hidden_->weight, hidden_->bias, kInputFraction);
  const int index_bits = fraction_bits(index_weight, worst_bias, kHiddenFraction);

  entropy::IntegerScaleNetwork::Weights result;
  result.hyper_channels = config_.hyper_channels;
  result.hidden = config_.scale_hidden;
  result.latent_channels = config_.latent_channels;
  result.cdf_count = config_.scale_rows;
  result.input_scale = to_i32(inverse_gain, std::ldexp(1.0, kInputFraction + kScaleShift));
  result.hidden_weight = to_i16(hidden_->weight, std::ldexp(1.0, hidden_bits));
  result.hidden_bias = to_i32(hidden_->bias, std::ldexp(1.0, hidden_bits + kInputFraction));
  result.index_weight = to_i16(index_weight, std::ldexp(1.0, index_bits));
  result.index_bias = to_i32(index_bias, std::ldexp(1.0, index_bits + kHiddenFraction));
  result.rate_bias = to_i32(rate_rows, std::ldexp(1.0, index_bits + kHiddenFraction));
  result.input_shift = kScaleShift;
  result.hidden_shift = hidden_bits + kInputFraction - kHiddenFraction;
  result.index_shift = index_bits + kHiddenFraction;
  return result;
}

void ScaleHeadImpl::thaw_kernels(const entropy::IntegerScaleNetwork::Weights& integers) {
  torch::NoGradGuard no_grad;
  const int hidden_bits = integers.hidden_shift - kInputFraction + kHiddenFraction;
  const int index_bits = integers.index_shift - kHiddenFraction;
  hidden_->weight.copy_(
      to_float(integers.hidden_weight, hidden_->weight, std::ldexp(1.0, hidden_bits)));
  index_->weight.copy_(
      to_float(integers.index_weight, index_->weight, std::ldexp(kRowsPerUnit, index_bits)));
}

}  // namespace imgcnn::nn
