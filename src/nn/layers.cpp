// Building blocks of the transforms.

#include "imgcnn/nn/layers.h"

#include <cmath>

#include "imgcnn/nn/complexity.h"

namespace imgcnn::nn {
namespace {

constexpr double kLeak = 0.1;  // slope of the leaky ReLU left of zero
// Factor on the last layer of each residual branch at the start: the network begins close to its
// linear path.
constexpr double kBranchScale = 0.2;
// Bound of the gates. An unbounded product squares outliers in every block, which ended in overflow
// within 700 steps.
constexpr double kGateBound = 2.0;

void scale_weights(Conv& conv, double factor) {
  torch::NoGradGuard no_grad;
  conv->weight.mul_(factor);
}

struct ClampInward : torch::autograd::Function<ClampInward> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               double low, double high) {
    context->save_for_backward({x});
    context->saved_data["low"] = low;
    context->saved_data["high"] = high;
    return torch::clamp(x, low, high);
  }
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               const torch::autograd::tensor_list& gradients) {
    const auto x = context->get_saved_variables()[0];
    const auto& gradient = gradients[0];
    const auto outward = ((x < context->saved_data["low"].toDouble()) & (gradient > 0)) |
                         ((x > context->saved_data["high"].toDouble()) & (gradient < 0));
    return {gradient.masked_fill(outward, 0.0), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

ConvImpl::ConvImpl(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                   std::int64_t groups)
    : stride_(stride), padding_(stride == 1 ? kernel / 2 : 0), groups_(groups) {
  weight = register_parameter("weight", torch::empty({out, in / groups, kernel, kernel}));
  bias = register_parameter("bias", torch::zeros({out}));
  // Variance-preserving for a linear unit (Xavier on the fan-in).
  torch::NoGradGuard no_grad;
  weight.normal_(0.0, 1.0 / std::sqrt(static_cast<double>(in / groups * kernel * kernel)));
}

torch::Tensor ConvImpl::forward(const torch::Tensor& x) {
  const auto dtype = x.scalar_type();
  // A GPU's depthwise kernels want planes: with channels last a step of training takes half as long
  // again (H200, bf16).
  const bool planes = x.is_cuda() && groups_ > 1;
  auto out = torch::conv2d(planes ? x.contiguous() : x, weight.to(dtype), bias.to(dtype), stride_,
                           padding_, 1, groups_);
  if (planes) out = out.contiguous(x.suggest_memory_format());
  // weight[0] holds all that one output sums over.
  MacCounter::add(out.numel() * (weight.numel() / weight.size(0)));
  return out;
}

ResidualBlockImpl::ResidualBlockImpl(std::int64_t channels)
    : mix_in_(register_module("mix_in", Conv(channels, channels, 1))),
      mix_depthwise_(register_module("mix_depthwise", Conv(channels, channels, 3, 1, channels))),
      mix_out_(register_module("mix_out", Conv(channels, channels, 1))),
      gate_in_(register_module("gate_in", Conv(channels, 2 * channels, 1))),
      gate_out_(register_module("gate_out", Conv(channels, channels, 1))) {
  scale_weights(mix_out_, kBranchScale);
  scale_weights(gate_out_, kBranchScale);
}

torch::Tensor ResidualBlockImpl::forward(const torch::Tensor& x) {
  auto mixed = x + mix_out_(mix_depthwise_(torch::leaky_relu(mix_in_(x), kLeak)));
  const auto halves = gate_in_(mixed).chunk(2, 1);
  return mixed + gate_out_(halves[0] * torch::clamp(halves[1], 0.0, kGateBound));
}

DownsampleImpl::DownsampleImpl(std::int64_t in, std::int64_t out)
    : strided_(register_module("strided", Conv(in, out, 2, 2))),
      shortcut_(register_module("shortcut", Conv(in, out, 1))) {}

torch::Tensor DownsampleImpl::forward(const torch::Tensor& x) {
  return strided_(x) + shortcut_(torch::avg_pool2d(x, 2));
}

UpsampleImpl::UpsampleImpl(std::int64_t in, std::int64_t out)
    : expand_(register_module("expand", Conv(in, 4 * out, 1))) {}

torch::Tensor UpsampleImpl::forward(const torch::Tensor& x) {
  return torch::pixel_shuffle(expand_(x), 2);
}

RateVectorsImpl::RateVectorsImpl(std::int64_t knots, std::int64_t channels, double first_log,
                                 double slope_log) {
  const auto ramp = torch::linspace(0, 1, knots).mul(slope_log).add(first_log);
  log_knots = register_parameter("log_knots", ramp.unsqueeze(1).repeat({1, channels}));
}

torch::Tensor RateVectorsImpl::logs(const torch::Tensor& quality) {
  // Hat-function weights of every knot: [N, K]. A matrix product keeps the gradient dense and
  // simple.
  const auto knots = log_knots.size(0);
  const auto positions = torch::arange(knots, log_knots.options());
  const auto distance =
      (quality.to(log_knots.options()).unsqueeze(1) * static_cast<double>(knots - 1) - positions)
          .abs();
  return torch::relu(1 - distance).matmul(log_knots).unsqueeze(2).unsqueeze(3);
}

torch::Tensor RateVectorsImpl::forward(const torch::Tensor& quality) { return logs(quality).exp(); }

torch::Tensor round_ste(const torch::Tensor& x) { return x + (torch::round(x) - x).detach(); }

torch::Tensor clamp_inward(const torch::Tensor& x, double low, double high) {
  return ClampInward::apply(x, low, high);
}

torch::Tensor lower_bound(const torch::Tensor& x, double bound) {
  // Value max(x, bound); gradient of the identity everywhere. A pull further below the bound is
  // harmless because the optimized losses push away from it.
  return x + (torch::clamp_min(x, bound) - x).detach();
}

std::int64_t parameter_count(const torch::nn::Module& module) {
  std::int64_t count = 0;
  for (const auto& parameter : module.parameters()) count += parameter.numel();
  return count;
}

}  // namespace imgcnn::nn
