#pragma once
// The distortion that a model is trained for, differentiable.

#include <torch/torch.h>

#include "imgcnn/model/config.h"

namespace imgcnn::nn {

/// Of each picture, in units of 255^2 times the mean squared error: shown, original [N, C, H, W]
/// float32 in [0, 1] -> [N]. Terms without a weight are not computed.
[[nodiscard]] torch::Tensor distortion(const model::DistortionWeights& weights,
                                       const torch::Tensor& shown, const torch::Tensor& original);

}  // namespace imgcnn::nn
