// Muon and AdamW, and who gets SOAP.

#include "optimizer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace imgcnn::train {
namespace {

constexpr double kMuonMomentum = 0.95;
constexpr int kNewtonSchulzSteps = 5;
constexpr double kBeta1 = 0.9, kBeta2 = 0.99, kAdamEpsilon = 1e-8;
// Kernels with a side below this gain nothing from orthogonal updates (and depthwise kernels are no
// matrices); those with one above it are output layers, which AdamW serves as well at a fraction of
// the cost.
constexpr std::int64_t kMinMatrixSide = 16, kMaxMatrixSide = 2048;
/// Factors on the learning rate, by part of a parameter's name; the first that fits counts.
struct RateFactor {
  const char* part;
  double factor;
};
constexpr RateFactor kRateFactors[] = {
    // Starts as a good transform whose two halves undo each other; full steps only shake it
    {"linear.", 0.15},
    {"scale_head.index.",
     // Many large inputs a row: full steps move sigma by half and more, and training diverges
     0.3},
    {"scale_head.rate.", 10.0},  // in units of four rows: a full step would move sigma by 0.02 %
    // Densities must follow latents that Muon moves faster than AdamW would let them
    {"prior.", 5.0},
    {"hyper_", 1.0},
    {"analysis.", 0.5},  // steps that move pixels and latents by less than the quantizer does
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

/// Nearest semi-orthogonal matrices of [kernels, rows, columns], roughly: all singular values end
/// in about [0.7, 1.2]. Requires: Frobenius norms 1.
torch::Tensor orthogonalise(const torch::Tensor& matrices) {
  constexpr double a = 3.4445, b = -4.7750, c = 2.0315;
  const bool tall = matrices.size(1) > matrices.size(2);
  auto x = (tall ? matrices.transpose(1, 2) : matrices).contiguous();
  for (int i = 0; i < kNewtonSchulzSteps; ++i) {
    const auto gram = x.bmm(x.transpose(1, 2));
    x = torch::baddbmm(x, torch::baddbmm(gram, gram, gram, b, c), x, a, 1.0);
  }
  return tall ? x.transpose(1, 2) : x;
}

/// Rows and columns of a kernel as a matrix.
std::array<std::int64_t, 2> matrix_shape(const torch::Tensor& parameter) {
  return {parameter.size(0), parameter.numel() / parameter.size(0)};
}

}  // namespace

Optimizer::Optimizer(const torch::nn::Module& module, const model::TrainingRecipe& recipe,
                     torch::ScalarType matrix_dtype)
    : matrix_rate_(recipe.learning_rate),
      rest_rate_(recipe.optimizer == "adamw" ? recipe.learning_rate : recipe.learning_rate_rest),
      matrix_dtype_(matrix_dtype) {
  std::map<std::array<std::int64_t, 2>, std::vector<Slot>> by_shape;
  for (const auto& item : module.named_parameters()) {
    const Slot slot{item.key(), item.value(), rate_factor(item.key())};
    parameters_.push_back(slot.parameter);
    if (recipe.optimizer == "adamw" || !is_matrix(slot.parameter)) {
      adam_.slots.push_back(slot);
      adam_.moment1.push_back(torch::zeros_like(slot.parameter));
      adam_.moment2.push_back(torch::zeros_like(slot.parameter));
    } else if (const auto shape = matrix_shape(slot.parameter); recipe.optimizer == "soap") {
      soap_.push_back({slot, Soap(shape[0], shape[1], slot.parameter.detach().options())});
    } else {
      by_shape[shape].push_back(slot);
    }
  }
  for (auto& [shape, slots] : by_shape) {
    const auto count = static_cast<std::int64_t>(slots.size());
    const auto options = slots.front().parameter.detach().options();
    std::vector<float> rates;
    for (const auto& slot : slots) rates.push_back(static_cast<float>(slot.rate));
    muon_.push_back({slots, torch::zeros({count, shape[0], shape[1]}, options),
                     torch::tensor(rates).view({count, 1, 1}).to(options.device())});
  }
}

void Optimizer::clip(double max_norm) const {
  std::vector<torch::Tensor> gradients;
  for (const auto& parameter : parameters_) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  const auto norm = torch::stack(at::_foreach_norm(gradients)).norm();
  const auto factor = torch::clamp_max(max_norm / (norm + 1e-12), 1.0);
  at::_foreach_mul_(gradients, std::vector<torch::Tensor>(gradients.size(), factor));
}

void Optimizer::muon_step(Muon& group, double rate) const {
  std::vector<torch::Tensor> parameters, gradients;
  for (const auto& slot : group.slots) {
    parameters.push_back(slot.parameter);
    // What is not trained has no gradient, and a zero moves nothing.
    const auto& gradient = slot.parameter.grad();
    gradients.push_back(
        (gradient.defined() ? gradient : torch::zeros_like(slot.parameter)).flatten(1));
  }
  const auto gradient = torch::stack(gradients);
  group.moment1.mul_(kMuonMomentum).add_(gradient);
  const auto nesterov = gradient.add(group.moment1, kMuonMomentum);
  const auto normalized = nesterov / (nesterov.norm(2, {1, 2}, true) + 1e-12);
  const double scale =
      0.2 * std::sqrt(static_cast<double>(std::max(nesterov.size(1), nesterov.size(2))));
  const auto update = (orthogonalise(normalized.to(matrix_dtype_)).to(torch::kFloat32) *
                       (group.rates * (rate * scale)))
                          .contiguous();
  std::vector<torch::Tensor> steps;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    steps.push_back(update[static_cast<std::int64_t>(i)].view_as(parameters[i]));
  }
  at::_foreach_sub_(parameters, steps);
}

void Optimizer::adam_step(double rate) {
  const double correction1 = 1 - std::pow(kBeta1, static_cast<double>(steps_));
  const double correction2 = 1 - std::pow(kBeta2, static_cast<double>(steps_));
  std::vector<torch::Tensor> parameters, gradients, moment1, moment2;
  std::vector<at::Scalar> rates;
  for (std::size_t i = 0; i < adam_.slots.size(); ++i) {
    const auto& slot = adam_.slots[i];
    if (!slot.parameter.grad().defined()) continue;
    parameters.push_back(slot.parameter);
    gradients.push_back(slot.parameter.grad());
    moment1.push_back(adam_.moment1[i]);
    moment2.push_back(adam_.moment2[i]);
    rates.emplace_back(-rate * slot.rate / correction1);
  }
  at::_foreach_mul_(moment1, kBeta1);
  at::_foreach_add_(moment1, gradients, 1 - kBeta1);
  at::_foreach_mul_(moment2, kBeta2);
  at::_foreach_addcmul_(moment2, gradients, gradients, 1 - kBeta2);
  auto denominators = at::_foreach_div(moment2, correction2);
  at::_foreach_sqrt_(denominators);
  at::_foreach_add_(denominators, kAdamEpsilon);
  at::_foreach_addcdiv_(parameters, moment1, denominators, rates);
}

void Optimizer::step(double schedule, double max_norm) {
  torch::NoGradGuard no_grad;
  ++steps_;
  clip(max_norm);
  for (auto& [slot, soap] : soap_) {
    if (!slot.parameter.grad().defined()) continue;
    const auto direction = soap.direction(slot.parameter.grad().flatten(1), steps_);
    slot.parameter.sub_(direction.reshape(slot.parameter.sizes()),
                        matrix_rate_ * schedule * slot.rate);
  }
  for (auto& group : muon_) muon_step(group, matrix_rate_ * schedule);
  adam_step(rest_rate_ * schedule);
  // Without a gradient to add to, the next backward pass hands its own over.
  for (auto& parameter : parameters_) parameter.mutable_grad() = torch::Tensor();
}

std::map<std::string, torch::Tensor> Optimizer::state() const {
  std::map<std::string, torch::Tensor> result;
  for (std::size_t i = 0; i < adam_.slots.size(); ++i) {
    result["moment1." + adam_.slots[i].name] = adam_.moment1[i];
    result["moment2." + adam_.slots[i].name] = adam_.moment2[i];
  }
  for (const auto& group : muon_) {
    for (std::size_t i = 0; i < group.slots.size(); ++i) {
      const auto& slot = group.slots[i];
      result["moment1." + slot.name] =
          group.moment1[static_cast<std::int64_t>(i)].view(slot.parameter.sizes());
    }
  }
  for (const auto& [slot, soap] : soap_) soap.add_to(result, slot.name);
  return result;
}

}  // namespace imgcnn::train
