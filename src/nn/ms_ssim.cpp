// MS-SSIM on tensors.

#include "imgcnn/nn/ms_ssim.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/image/ms_ssim_scales.h"

namespace imgcnn::nn {
namespace {

/// [channels, 1, 1, size]: one row of taps for each channel.
torch::Tensor gaussian(std::int64_t size, std::int64_t channels,
                       const torch::TensorOptions& options) {
  const auto offsets = torch::arange(size, options) - static_cast<double>(size - 1) / 2;
  const auto taps = torch::exp(offsets.square() / (-2 * image::kSsimSigma * image::kSsimSigma));
  return (taps / taps.sum()).view({1, 1, 1, size}).repeat({channels, 1, 1, 1});
}

torch::Tensor blur(const torch::Tensor& x, const torch::Tensor& taps) {
  const std::int64_t one = 1, none = 0;
  const auto filter = [&](const torch::Tensor& in, const torch::Tensor& kernel) {
    return torch::conv2d(in, kernel, torch::Tensor(), one, torch::IntArrayRef(none), one,
                         x.size(1));
  };
  return filter(filter(x, taps), taps.transpose(2, 3));
}

struct Similarity {
  torch::Tensor contrast_structure, whole;  ///< [N, C]
};

/// Means over the picture at one scale (Wang 2004, eq. 13).
Similarity similarity(const torch::Tensor& x, const torch::Tensor& y) {
  const auto size = std::min({std::int64_t{image::kSsimWindow}, x.size(2), x.size(3)});
  const auto taps = gaussian(size, x.size(1), x.options());
  const auto mean_x = blur(x, taps), mean_y = blur(y, taps);
  const auto variances = blur(x.square() + y.square(), taps) - mean_x.square() - mean_y.square();
  const auto covariance = blur(x * y, taps) - mean_x * mean_y;
  const auto cs = (2 * covariance + image::kSsimC2) / (variances + image::kSsimC2);
  const auto luminance =
      (2 * mean_x * mean_y + image::kSsimC1) / (mean_x.square() + mean_y.square() + image::kSsimC1);
  return {cs.mean({2, 3}), (cs * luminance).mean({2, 3})};
}

}  // namespace

torch::Tensor ms_ssim(const torch::Tensor& x, const torch::Tensor& y) {
  const std::size_t scales = image::ssim_scales(std::min(x.size(2), x.size(3)));
  double weights = 0;
  for (std::size_t s = 0; s < scales; ++s) weights += image::kSsimScaleWeights[s];
  auto a = x, b = y;
  torch::Tensor result;
  for (std::size_t s = 0; s < scales; ++s) {
    const auto here = similarity(a, b);
    const bool coarsest = s + 1 == scales;
    const auto value =
        (coarsest ? here.whole : here.contrast_structure).clamp_min(image::kLeastSimilarity);
    const auto power = value.pow(image::kSsimScaleWeights[s] / weights);
    result = s == 0 ? power : result * power;
    if (!coarsest) {
      a = torch::avg_pool2d(a, 2);
      b = torch::avg_pool2d(b, 2);
    }
  }
  return result.mean(1);
}

}  // namespace imgcnn::nn
