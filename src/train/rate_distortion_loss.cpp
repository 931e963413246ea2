// The normalized rate-distortion loss.

#include "rate_distortion_loss.h"

#include <cmath>

#include "imgcnn/nn/distortion.h"

namespace imgcnn::train {

RateDistortion rate_distortion_loss(const nn::CompressionModel& model,
                                    const nn::ModelOutput& output, const torch::Tensor& x,
                                    const torch::Tensor& quality) {
  const auto& config = model.config();
  const double log_min = std::log(config.lambda_min), log_max = std::log(config.lambda_max);
  const auto log_lambda = quality * (log_max - log_min) + log_min;
  const double pixels = static_cast<double>(x.size(2) * x.size(3));

  RateDistortion result;
  result.bits_per_pixel = (output.latent_bits + output.hyper_bits) / pixels;
  const auto weight = torch::exp(((log_min + log_max) / 2 - log_lambda) / 2);
  result.distortion = nn::distortion(config.distortion, output.x_hat, x);
  const auto cost = result.bits_per_pixel + torch::exp(log_lambda) * result.distortion;
  result.loss = (cost * weight).mean();
  return result;
}

}  // namespace imgcnn::train
