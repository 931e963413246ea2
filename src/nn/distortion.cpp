#include "imgcnn/nn/distortion.h"

#include "imgcnn/model/network.h"
#include "imgcnn/nn/ms_ssim.h"
#include "imgcnn/nn/ssimulacra2.h"

namespace imgcnn::nn {

torch::Tensor distortion(const model::DistortionWeights& weights, const torch::Tensor& shown,
                         const torch::Tensor& original) {
  auto sum = torch::zeros({shown.size(0)}, shown.options());
  if (weights.mse > 0)
    sum = sum + (shown - original).square().mean({1, 2, 3}) * (weights.mse * 255.0 * 255.0);
  if (weights.ms_ssim > 0)
    sum = sum + (1 - ms_ssim(shown, original)) * (weights.ms_ssim * model::kSimilarityWeight);
  if (weights.ssimulacra2 > 0)
    sum = sum +
          ssimulacra2_distance(shown, original) * (weights.ssimulacra2 * model::kSsimulacraWeight);
  return sum;
}

}  // namespace imgcnn::nn
