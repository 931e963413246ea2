#pragma once
// The optimizer: Muon or SOAP on convolution kernels, AdamW on the rest, with state as plain named
// tensors.

#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

#include "imgcnn/model/recipe.h"
#include "soap.h"

namespace imgcnn::train {

/// Sources: Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024
/// (momentum, Newton-Schulz coefficients); Liu et al., "Muon is scalable for LLM training", 2025
/// (update scaled by 0.2 sqrt(largest side), which matches AdamW's update size); Loshchilov and
/// Hutter, ICLR 2019 (AdamW); for SOAP see soap.h. Parameters are stepped many at a time, kernels
/// of one shape as one batch: a GPU waits for the start of each operation, and one parameter at a
/// time would be thousands of them.
class Optimizer {
 public:
  /// matrix_dtype: type of the Newton-Schulz products (bfloat16 where it is native).
  Optimizer(const torch::nn::Module& module, const model::TrainingRecipe& recipe,
            torch::ScalarType matrix_dtype);

  /// Clips the gradients' common norm to `max_norm` and takes one step; `schedule` in [0, 1] scales
  /// the learning rates. Gradients are cleared.
  void step(double schedule, double max_norm);

  /// Moments by "moment1.<parameter>" and "moment2.<parameter>", SOAP's other tensors likewise: the
  /// optimizer's whole state beside the step count.
  [[nodiscard]] std::map<std::string, torch::Tensor> state() const;
  [[nodiscard]] std::int64_t steps() const { return steps_; }
  void set_steps(std::int64_t steps) { steps_ = steps; }

 private:
  struct Slot {
    std::string name;
    torch::Tensor parameter;
    double rate = 1.0;  ///< factor on the learning rate
  };
  struct SoapSlot {
    Slot slot;
    Soap soap;
  };
  /// AdamW's parameters; the vectors go side by side.
  struct Adam {
    std::vector<Slot> slots;
    std::vector<torch::Tensor> moment1, moment2;
  };
  /// Muon's kernels that are [rows, columns] as matrices.
  struct Muon {
    std::vector<Slot> slots;
    torch::Tensor moment1;  ///< [kernels, rows, columns]
    torch::Tensor rates;    ///< the slots', [kernels, 1, 1]
  };
  void clip(double max_norm) const;
  void muon_step(Muon& group, double rate) const;
  void adam_step(double rate);

  std::vector<torch::Tensor> parameters_;
  Adam adam_;
  std::vector<Muon> muon_;
  std::vector<SoapSlot> soap_;
  double matrix_rate_, rest_rate_;
  torch::ScalarType matrix_dtype_;
  std::int64_t steps_ = 0;
};

}  // namespace imgcnn::train
