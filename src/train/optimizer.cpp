// Muon and AdamW, and who gets SOAP.

#include "optimizer.h"

#include <algorithm>
#include <cmath>

namespace imgcnn::train {
namespace {

constexpr double kMuonMomentum = 0.95;
constexpr int kNewtonSchulzSteps = 5;
constexpr double kBeta1 = 0.9, kBeta2 = 0.99, kAdamEpsilon = 1e-8;
// Kernels with a side below this gain nothing from orthogonal updates (and depthwise kernels are no matrices); those with
// one above it are output layers, which AdamW serves as well at a fraction of the cost.
constexpr std::int64_t kMinMatrixSide = 16, kMaxMatrixSide = 2048;
/// Factors on the learning rate, by part of a parameter's name; the first that fits counts.
struct RateFactor {
  const char* part;
  double factor;
};
constexpr RateFactor kRateFactors[] = {
    {"linear.", 0.15},           // starts as a good transform whose two halves undo each other; full steps only shake it
    {"scale_head.index.", 0.3},  // many large inputs a row: full steps move sigma by half and more, and training diverges
    {"scale_head.rate.", 10.0},  // in units of four rows: a full step would move sigma by 0.02 %
    {"prior.", 5.0},             // densities must follow latents that Muon moves faster than AdamW would let them
    {"hyper_", 1.0},
    {"analysis.", 0.5},   // steps that move pixels and latents by less than the quantiser does
    {"synthesis.", 0.5},
};

double rate_factor(const std::string& name) {
  for (const auto& entry : kRateFactors) {
    if (name.find(entry.part) != std::string::npos) return entry.factor;
  }
  return 1.0;
}

bool is_matrix(const torch::Tensor& parameter) {
  if (parameter.dim() != 4) return false;
  const auto rows = parameter.size(0), columns = parameter.numel() / parameter.size(0);
  return std::min(rows, columns) >= kMinMatrixSide && std::max(rows, columns) <= kMaxMatrixSide;
}

/// Nearest semi-orthogonal matrix, roughly: all singular values end in about [0.7, 1.2]. Requires: Frobenius norm 1.
torch::Tensor orthogonalise(const torch::Tensor& matrix) {
  constexpr double a = 3.4445, b = -4.7750, c = 2.0315;
  const bool tall = matrix.size(0) > matrix.size(1);
  auto x = (tall ? matrix.t() : matrix).contiguous();
  for (int i = 0; i < kNewtonSchulzSteps; ++i) {
    const auto gram = x.mm(x.t());
    x = torch::addmm(x, torch::addmm(gram, gram, gram, b, c), x, a, 1.0);
  }
  return tall ? x.t() : x;
}

}  // namespace

Optimizer::Optimizer(const torch::nn::Module& module, const model::ModelConfig& config, torch::ScalarType matrix_dtype)
    : matrix_rate_(config.learning_rate),
      rest_rate_(config.optimizer == "adamw" ? config.learning_rate : config.learning_rate_rest),
      matrix_dtype_(matrix_dtype) {
  for (const auto& item : module.named_parameters()) {
    Slot slot;
    slot.name = item.key();
    slot.parameter = item.value();
    slot.rate = rate_factor(slot.name);
    const bool matrix = config.optimizer != "adamw" && is_matrix(slot.parameter);
    if (matrix && config.optimizer == "soap") {
      const auto rows = slot.parameter.size(0);
      slot.soap.emplace(rows, slot.parameter.numel() / rows, slot.parameter.detach().options());
    } else {
      slot.moment1 = torch::zeros_like(slot.parameter);
      if (!matrix) slot.moment2 = torch::zeros_like(slot.parameter);
    }
    slots_.push_back(std::move(slot));
  }
}

void Optimizer::clip(double max_norm) {
  torch::Tensor square;
  for (const auto& slot : slots_) {
    if (!slot.parameter.grad().defined()) continue;
    const auto term = slot.parameter.grad().square().sum();
    square = square.defined() ? square + term : term;
  }
  const auto factor = torch::clamp_max(max_norm / (square.sqrt() + 1e-12), 1.0);
  for (auto& slot : slots_) {
    if (slot.parameter.grad().defined()) slot.parameter.mutable_grad().mul_(factor);
  }
}

void Optimizer::muon_step(Slot& slot, double rate) const {
  const auto gradient = slot.parameter.grad();
  slot.moment1.mul_(kMuonMomentum).add_(gradient);
  const auto nesterov = gradient.add(slot.moment1, kMuonMomentum).flatten(1);
  const auto normalised = nesterov / (nesterov.norm() + 1e-12);
  const auto update = orthogonalise(normalised.to(matrix_dtype_)).to(torch::kFloat32);
  const double scale = 0.2 * std::sqrt(static_cast<double>(std::max(nesterov.size(0), nesterov.size(1))));
  slot.parameter.sub_(update.reshape(slot.parameter.sizes()), rate * scale);
}

void Optimizer::adam_step(Slot& slot, double rate) const {
  const auto gradient = slot.parameter.grad();
  slot.moment1.mul_(kBeta1).add_(gradient, 1 - kBeta1);
  slot.moment2.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
  const double correction1 = 1 - std::pow(kBeta1, static_cast<double>(steps_));
  const double correction2 = 1 - std::pow(kBeta2, static_cast<double>(steps_));
  const auto denominator = (slot.moment2 / correction2).sqrt_().add_(kAdamEpsilon);
  slot.parameter.addcdiv_(slot.moment1, denominator, -rate / correction1);
}

void Optimizer::step(double schedule, double max_norm) {
  torch::NoGradGuard no_grad;
  ++steps_;
  clip(max_norm);
  for (auto& slot : slots_) {
    if (!slot.parameter.grad().defined()) continue;
    if (slot.soap) {
      const auto direction = slot.soap->direction(slot.parameter.grad().flatten(1), steps_);
      slot.parameter.sub_(direction.reshape(slot.parameter.sizes()), matrix_rate_ * schedule * slot.rate);
    } else if (slot.moment2.defined()) {
      adam_step(slot, rest_rate_ * schedule * slot.rate);
    } else {
      muon_step(slot, matrix_rate_ * schedule * slot.rate);
    }
    slot.parameter.mutable_grad().zero_();
  }
}

std::map<std::string, torch::Tensor> Optimizer::state() const {
  std::map<std::string, torch::Tensor> result;
  for (const auto& slot : slots_) {
    if (slot.soap) {
      slot.soap->add_to(result, slot.name);
      continue;
    }
    result["moment1." + slot.name] = slot.moment1;
    if (slot.moment2.defined()) result["moment2." + slot.name] = slot.moment2;
  }
  return result;
}

}  // namespace imgcnn::train
