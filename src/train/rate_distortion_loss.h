#pragma once
// What training minimizes.

#include <torch/torch.h>

#include "imgcnn/nn/compression_model.h"

namespace imgcnn::train {

/// Per-sample terms, each [N], and the scalar that is differentiated.
struct RateDistortion {
  torch::Tensor loss;            ///< scalar
  torch::Tensor bits_per_pixel;  ///< [N]
  torch::Tensor distortion;      ///< [N], in units of 255^2 times the mean squared error
};

/// mean over samples of (bpp + lambda D) * sqrt(lambda_mid / lambda), with lambda from each
/// sample's quality and D the model's distortion (nn/distortion.h). The weight evens out the sizes
/// of the terms, which grow about as the square root of lambda; without it high rates drown low
/// ones.
[[nodiscard]] RateDistortion rate_distortion_loss(const nn::CompressionModel& model,
                                                  const nn::ModelOutput& output,
                                                  const torch::Tensor& x,
                                                  const torch::Tensor& quality);

}  // namespace imgcnn::train
