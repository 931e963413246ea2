#pragma once
// SOAP: Adam in the eigenbasis of a gradient's two second moments.

#include <torch/torch.h>

#include <map>
#include <string>

namespace imgcnn::train {

/// State of one matrix parameter. Source: Vyas et al., "SOAP: improving and stabilizing Shampoo
/// using Adam", ICLR 2025, algorithm 3 (both sides, bases by one step of power iteration and a QR
/// decomposition). Its order of eigenvalues is kept as it comes: a step of the iteration changes it
/// rarely, and the second moment then relearns.
class Soap {
 public:
  /// For gradients [rows, columns], float32.
  Soap(std::int64_t rows, std::int64_t columns, const torch::TensorOptions& options);

  /// What to subtract from the parameter, times the learning rate, after `gradient` [rows, columns]
  /// of step `step` (from 1). Zero at the first step, which only finds the bases.
  [[nodiscard]] torch::Tensor direction(const torch::Tensor& gradient, std::int64_t step);

  /// Adds the state's tensors, each a handle that loading writes into, as "<what>.<parameter>".
  void add_to(std::map<std::string, torch::Tensor>& state, const std::string& parameter) const;

 private:
  torch::Tensor moment_;                    ///< mean gradient, in the parameter's own basis
  torch::Tensor square_;                    ///< mean square of the rotated gradient
  torch::Tensor left_, right_;              ///< mean of G G^T and of G^T G
  torch::Tensor left_basis_, right_basis_;  ///< their eigenvectors, as columns
};

}  // namespace imgcnn::train
