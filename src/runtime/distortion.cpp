#include "distortion.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "imgcnn/image/ms_ssim.h"
#include "imgcnn/image/ms_ssim_scales.h"
#include "imgcnn/image/ssimulacra2.h"
#include "imgcnn/model/network.h"

namespace imgcnn::runtime {
namespace {

/// Copies what two pictures share.
void copy_shared(const image::FloatImage& from, image::FloatImage& to) {
  const int height = std::min(from.height, to.height), width = std::min(from.width, to.width);
  const auto row = [](const image::FloatImage& picture, int channel, int y) {
    return static_cast<std::ptrdiff_t>(static_cast<std::size_t>(channel) * picture.plane_size() +
                                       static_cast<std::size_t>(y) *
                                           static_cast<std::size_t>(picture.width));
  };
  for (int channel = 0; channel < from.channels; ++channel) {
    for (int y = 0; y < height; ++y)
      std::copy_n(from.data.begin() + row(from, channel, y), width,
                  to.data.begin() + row(to, channel, y));
  }
}

image::FloatImage resized(const image::FloatImage& picture, int height, int width) {
  image::FloatImage result{picture.channels, height, width, {}};
  result.data.resize(static_cast<std::size_t>(picture.channels) * result.plane_size());
  copy_shared(picture, result);
  return result;
}

/// to += factor * from.
void add_scaled(const std::vector<float>& from, double factor, std::vector<float>& to) {
  for (std::size_t i = 0; i < from.size(); ++i) to[i] += static_cast<float>(factor) * from[i];
}

}  // namespace

SampleDistortion distortion_of(const image::FloatImage& shown, const image::FloatImage& original,
                               const model::DistortionWeights& weights, bool with_gradient) {
  const auto visible = resized(shown, original.height, original.width);
  SampleDistortion result;
  image::FloatImage gradient{original.channels, original.height, original.width, {}};
  if (with_gradient) gradient.data.resize(visible.data.size());
  if (weights.mse > 0) {
    for (std::size_t i = 0; i < visible.data.size(); ++i) {
      const float difference = visible.data[i] - original.data[i];
      result.error += weights.mse * static_cast<double>(difference) * difference;
      if (with_gradient) gradient.data[i] = 2 * static_cast<float>(weights.mse) * difference;
    }
  }
  // From what the mean error counts, times 255^2, to sums of it.
  const double count = static_cast<double>(original.data.size()) / (255.0 * 255.0);
  if (weights.ms_ssim > 0) {
    const double weight = weights.ms_ssim * model::kSimilarityWeight * count;
    const auto similarity =
        image::ms_ssim(visible, original, image::kLeastSimilarity, with_gradient);
    result.error += weight * (1 - similarity.value);
    add_scaled(similarity.gradient.data, -weight, gradient.data);
  }
  if (weights.ssimulacra2 > 0) {
    const double weight = weights.ssimulacra2 * model::kSsimulacraWeight * count;
    const auto seen = image::ssimulacra2(visible, original, with_gradient);
    result.error += weight * seen.distance;
    add_scaled(seen.gradient.data, weight, gradient.data);
  }
  if (with_gradient) result.gradient = resized(gradient, shown.height, shown.width);
  return result;
}

}  // namespace imgcnn::runtime
