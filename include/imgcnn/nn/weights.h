#pragma once
// Modules to safetensors records and back. Strict: every name, shape and type must match.

#include <torch/torch.h>

#include <string>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/nn/compression_model.h"

namespace imgcnn::nn {

/// Stores a float32 tensor under `name`.
void put_tensor(bitstream::TensorFile& file, const std::string& name, const torch::Tensor& tensor);

/// Copies tensor `name`, kF32 or kF16, into `target` in place. Throws kCorrupt when it is missing
/// or has another shape or type.
void load_tensor(const bitstream::TensorFile& file, const std::string& name, torch::Tensor target);

/// All parameters and buffers of `module` as "<prefix><parameter name>".
void put_weights(bitstream::TensorFile& file, const std::string& prefix,
                 const torch::nn::Module& module);

/// Reads what `put_weights` wrote; kernels of the scale head that a shipping model lacks come from
/// its integers. Throws kCorrupt.
void load_weights(const bitstream::TensorFile& file, const std::string& prefix,
                  CompressionModel& model);

/// Makes the parameters of `target` equal to those of `source`, a module of the same kind.
void copy_weights(const torch::nn::Module& source, torch::nn::Module& target);

/// A shipping model in memory: config and complexity (nn/complexity.h) in the metadata, weights as
/// "weights.*" but for the kernels of the scale head, integer coding tables, which hold those too.
/// `model` must be on the CPU; it runs once, and stays as it is.
[[nodiscard]] bitstream::TensorFile freeze_model(CompressionModel& model);

/// Makes the kernels of a shipping model ("weights.*.weight") kF16 where they fit. Biases, scales
/// and rate knots stay kF32: they are small, and an error of a rate knot would be one of every
/// quantizer step.
void narrow_kernels(bitstream::TensorFile& file);

/// Prefixes of tensor names.
constexpr const char* kWeightsPrefix = "weights.";

}  // namespace imgcnn::nn
