// Probability models of the latents during training.

#include "imgcnn/nn/entropy_models.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::nn {
namespace {

constexpr double kLikelihoodBound = 1e-9;
constexpr std::int64_t kMixture = 3;
constexpr double kInvLn2 = 1.4426950408889634;
// Mass left outside a frozen row on each side; beyond it symbols are escapes, at some 20 bits each.
constexpr double kTailMass = 1.0 / (1 << 18);
// Longest half of a frozen row, so rows have at most 2 * 1024 + 2 entries.
constexpr int kSupportLimit = 1024;

torch::Tensor to_bits(const torch::Tensor& likelihood) {
  return lower_bound(likelihood, kLikelihoodBound).log() * -kInvLn2;
}

}  // namespace

torch::Tensor gaussian_bits(const torch::Tensor& v, const torch::Tensor& sigma) {
  // By symmetry the difference is taken in the left tail, where both terms are small and nothing
  // cancels.
  const auto magnitude = v.abs();
  const auto scale = 0.7071067811865476 / sigma;
  const auto upper = torch::erfc((magnitude - 0.5) * scale);
  const auto lower = torch::erfc((magnitude + 0.5) * scale);
  return to_bits(0.5 * (upper - lower));
}

FactorizedPriorImpl::FactorizedPriorImpl(std::int64_t channels) {
  weight_logits_ = register_parameter("weight_logits", torch::zeros({kMixture, channels}));
  means_ = register_parameter("means", torch::zeros({kMixture, channels}));
  const auto scales =
      torch::tensor({-1.5, -0.3, 1.0}, torch::kFloat32).unsqueeze(1).repeat({1, channels});
  log_scales_ = register_parameter("log_scales", scales);
}

torch::Tensor FactorizedPriorImpl::cumulative(const torch::Tensor& v) {
  const auto weights = torch::softmax(weight_logits_, 0);
  torch::Tensor sum;
  for (std::int64_t k = 0; k < kMixture; ++k) {
    const auto shape = std::vector<std::int64_t>{1, -1, 1, 1};
    const auto standard = (v - means_[k].view(shape)) * torch::exp(-log_scales_[k]).view(shape);
    const auto term = weights[k].view(shape) * torch::sigmoid(standard);
    sum = k == 0 ? term : sum + term;
  }
  return sum;
}

torch::Tensor FactorizedPriorImpl::bits(const torch::Tensor& v, const torch::Tensor& gain) {
  return to_bits(cumulative((v + 0.5) / gain) - cumulative((v - 0.5) / gain));
}

double FactorizedPriorImpl::cumulative_at(std::int64_t channel, double v) const {
  // Accessors rather than tensor operations: export calls this some hundred thousand times.
  const auto logits = weight_logits_.accessor<float, 2>();
  const auto means = means_.accessor<float, 2>();
  const auto scales = log_scales_.accessor<float, 2>();
  double norm = 0, sum = 0;
  for (std::int64_t k = 0; k < kMixture; ++k) {
    const double weight = std::exp(static_cast<double>(logits[k][channel]));
    const double standard =
        (v - means[k][channel]) * std::exp(-static_cast<double>(scales[k][channel]));
    norm += weight;
    sum += weight / (1.0 + std::exp(-standard));
  }
  return sum / norm;
}

std::vector<double> FactorizedPriorImpl::pmf(std::int64_t channel, double gain, int first,
                                             int last) const {
  std::vector<double> result;
  double below = cumulative_at(channel, (first - 0.5) / gain);
  for (int k = first; k <= last; ++k) {
    const double above = cumulative_at(channel, (k + 0.5) / gain);
    result.push_back(std::max(0.0, above - below));
    below = above;
  }
  return result;
}

std::pair<int, int> FactorizedPriorImpl::support(std::int64_t channel, double gain, double tail,
                                                 int limit) const {
  // Bisection on the monotone cumulative function.
  const auto boundary = [&](double target) {
    int low = -limit, high = limit;
    while (low < high) {
      const int middle = low + (high - low) / 2;
      if (cumulative_at(channel, (middle + 0.5) / gain) < target) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  };
  return {boundary(tail), std::max(boundary(tail), boundary(1.0 - tail))};
}

entropy::CdfTable FactorizedPriorImpl::freeze(RateVectors gain, int levels) const {
  torch::NoGradGuard no_grad;
  std::vector<rdo::TableRow> rows;
  for (int level = 0; level < levels; ++level) {
    const auto gains =
        gain(torch::full({1}, static_cast<double>(level) / (levels - 1))).flatten().contiguous();
    for (std::int64_t c = 0; c < gains.numel(); ++c) {
      const double g = gains[c].item<float>();
      const auto [first, last] = support(c, g, kTailMass, kSupportLimit);
      const auto inside = pmf(c, g, first, last);
      const double sum = std::accumulate(inside.begin(), inside.end(), 0.0);
      rows.push_back(rdo::quantize_pmf(inside, std::max(0.0, 1.0 - sum), first));
    }
  }
  return rdo::join_rows(rows, "factorized prior");
}

}  // namespace imgcnn::nn
