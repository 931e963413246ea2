// Adam in a rotating basis.

#include "soap.h"

#include <cmath>

namespace imgcnn::train {
namespace {

constexpr double kBeta = 0.95;  // of all four means, as in the paper
constexpr double kEpsilon = 1e-8;
constexpr std::int64_t kStepsPerBasis = 10;

/// One step of power iteration towards the eigenvectors of `moment`.
void turn(torch::Tensor& basis, const torch::Tensor& moment) {
  basis.copy_(std::get<0>(torch::linalg_qr(moment.mm(basis))));
}

void start(torch::Tensor& basis, const torch::Tensor& moment) {
  basis.copy_(std::get<1>(torch::linalg_eigh(moment)));
}

}  // namespace

Soap::Soap(std::int64_t rows, std::int64_t columns, const torch::TensorOptions& options)
    : moment_(torch::zeros({rows, columns}, options)),
      square_(torch::zeros({rows, columns}, options)),
      left_(torch::zeros({rows, rows}, options)),
      right_(torch::zeros({columns, columns}, options)),
      left_basis_(torch::eye(rows, options)),
      right_basis_(torch::eye(columns, options)) {}

torch::Tensor Soap::direction(const torch::Tensor& gradient, std::int64_t step) {
  const auto learn = [&] {
    left_.mul_(kBeta).addmm_(gradient, gradient.t(), 1, 1 - kBeta);
    right_.mul_(kBeta).addmm_(gradient.t(), gradient, 1, 1 - kBeta);
  };
  if (step == 1) {
    learn();
    start(left_basis_, left_);
    start(right_basis_, right_);
    return torch::zeros_like(gradient);
  }
  const auto rotated = [&](const torch::Tensor& matrix) {
    return left_basis_.t().mm(matrix).mm(right_basis_);
  };
  moment_.mul_(kBeta).add_(gradient, 1 - kBeta);
  const auto seen = rotated(gradient);
  square_.mul_(kBeta).addcmul_(seen, seen, 1 - kBeta);
  const double correction = 1 - std::pow(kBeta, static_cast<double>(step - 1));
  const auto step_there =
      rotated(moment_).div_(correction).div_((square_ / correction).sqrt_().add_(kEpsilon));
  const auto result = left_basis_.mm(step_there).mm(right_basis_.t());
  learn();
  if (step % kStepsPerBasis == 0) {
    turn(left_basis_, left_);
    turn(right_basis_, right_);
  }
  return result;
}

void Soap::add_to(std::map<std::string, torch::Tensor>& state, const std::string& parameter) const {
  state["moment1." + parameter] = moment_;
  state["moment2." + parameter] = square_;
  state["left." + parameter] = left_;
  state["right." + parameter] = right_;
  state["left_basis." + parameter] = left_basis_;
  state["right_basis." + parameter] = right_basis_;
}

}  // namespace imgcnn::train
