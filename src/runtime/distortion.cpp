#include "distortion.h"

#include <algorithm>
#include <cstddef>

#include "imgcnn/image/ms_ssim.h"
#include "imgcnn/image/ms_ssim_scales.h"
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

}  // namespace

SampleDistortion distortion_of(const image::FloatImage& shown, const image::FloatImage& original,
                               bool for_similarity, bool with_gradient) {
  const auto visible = resized(shown, original.height, original.width);
  SampleDistortion result;
  image::FloatImage gradient{original.channels, original.height, original.width, {}};
  if (for_similarity) {
    const double weight =
        model::kSimilarityWeight / (255.0 * 255.0) * static_cast<double>(original.data.size());
    auto similarity = image::ms_ssim(visible, original, image::kLeastSimilarity, with_gradient);
    result.error = weight * (1 - similarity.value);
    gradient.data = std::move(similarity.gradient.data);
    for (float& value : gradient.data) value *= static_cast<float>(-weight);
  } else {
    if (with_gradient) gradient.data.resize(visible.data.size());
    for (std::size_t i = 0; i < visible.data.size(); ++i) {
      const float difference = visible.data[i] - original.data[i];
      result.error += static_cast<double>(difference) * difference;
      if (with_gradient) gradient.data[i] = 2 * difference;
    }
  }
  if (with_gradient) result.gradient = resized(gradient, shown.height, shown.width);
  return result;
}

}  // namespace imgcnn::runtime
