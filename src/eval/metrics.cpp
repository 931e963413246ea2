// MS-SSIM.
#include "imgcnn/eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/ms_ssim_scales.h"

namespace imgcnn::eval {
namespace {

/// One channel.
struct Plane {
  int width = 0;
  int height = 0;
  std::vector<float> data;

  Plane(int w, int h) : width(w), height(h), data(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
  [[nodiscard]] const float* row(int y) const {
    return data.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
  }
  [[nodiscard]] float* row(int y) {
    return data.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
  }
};

void check_same_size(const image::Image& a, const image::Image& b) {
  require(a.width == b.width && a.height == b.height, ErrorCode::kInvalidArgument,
          "pictures of different sizes cannot be compared");
}

Plane channel_of(const image::FloatImage& rgb, std::size_t channel) {
  Plane plane(rgb.width, rgb.height);
  const float* const from = rgb.data.data() + channel * rgb.plane_size();
  std::copy(from, from + rgb.plane_size(), plane.data.begin());
  return plane;
}

std::vector<float> gaussian(int size) {
  std::vector<float> taps(static_cast<std::size_t>(size));
  double sum = 0.0;
  for (int i = 0; i < size; ++i) {
    const double x = i - (size - 1) / 2.0;
    taps[static_cast<std::size_t>(i)] =
        static_cast<float>(std::exp(-x * x / (2.0 * image::kSsimSigma * image::kSsimSigma)));
    sum += static_cast<double>(taps[static_cast<std::size_t>(i)]);
  }
  for (float& tap : taps) tap = static_cast<float>(static_cast<double>(tap) / sum);
  return taps;
}

/// Separable filter, only where the window lies inside.
Plane blur(const Plane& in, const std::vector<float>& taps) {
  const int reach = static_cast<int>(taps.size()) - 1;
  Plane wide(in.width - reach, in.height);
  for (int y = 0; y < wide.height; ++y) {
    float* const to = wide.row(y);
    for (int k = 0; k <= reach; ++k) {
      const float* const from = in.row(y) + k;
      const float tap = taps[static_cast<std::size_t>(k)];
      for (int x = 0; x < wide.width; ++x) to[x] += tap * from[x];
    }
  }
  Plane out(wide.width, in.height - reach);
  for (int y = 0; y < out.height; ++y) {
    float* const to = out.row(y);
    for (int k = 0; k <= reach; ++k) {
      const float* const from = wide.row(y + k);
      const float tap = taps[static_cast<std::size_t>(k)];
      for (int x = 0; x < out.width; ++x) to[x] += tap * from[x];
    }
  }
  return out;
}

Plane product(const Plane& a, const Plane& b) {
  Plane out(a.width, a.height);
  std::transform(a.data.begin(), a.data.end(), b.data.begin(), out.data.begin(),
                 [](float x, float y) { return x * y; });
  return out;
}

/// Means of 2x2; an odd last row or column is dropped.
Plane halve(const Plane& in) {
  Plane out(in.width / 2, in.height / 2);
  for (int y = 0; y < out.height; ++y) {
    const float* const upper = in.row(2 * y);
    const float* const lower = in.row(2 * y + 1);
    float* const to = out.row(y);
    const auto width = static_cast<std::size_t>(out.width);
    for (std::size_t x = 0; x < width; ++x) {
      to[x] = 0.25F * (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]);
    }
  }
  return out;
}

struct Similarity {
  double contrast_structure = 0.0;
  double whole = 0.0;  ///< times luminance
};

/// Means over the picture at one scale. Source: Wang 2004 (SSIM), eq. 13.
Similarity similarity(const Plane& a, const Plane& b) {
  const std::vector<float> taps = gaussian(std::min({image::kSsimWindow, a.width, a.height}));
  const Plane mean_a = blur(a, taps);
  const Plane mean_b = blur(b, taps);
  const Plane square_a = blur(product(a, a), taps);
  const Plane square_b = blur(product(b, b), taps);
  const Plane cross = blur(product(a, b), taps);
  Similarity sum;
  for (std::size_t i = 0; i < mean_a.data.size(); ++i) {
    const double ma = static_cast<double>(mean_a.data[i]);
    const double mb = static_cast<double>(mean_b.data[i]);
    const double variance =
        static_cast<double>(square_a.data[i]) - ma * ma + static_cast<double>(square_b.data[i]) - mb * mb;
    const double covariance = static_cast<double>(cross.data[i]) - ma * mb;
    const double cs = (2.0 * covariance + image::kSsimC2) / (variance + image::kSsimC2);
    sum.contrast_structure += cs;
    sum.whole += cs * (2.0 * ma * mb + image::kSsimC1) / (ma * ma + mb * mb + image::kSsimC1);
  }
  const auto count = static_cast<double>(mean_a.data.size());
  return {sum.contrast_structure / count, sum.whole / count};
}

double plane_ms_ssim(Plane a, Plane b) {
  const std::size_t scales = image::ssim_scales(std::min(a.width, a.height));
  double weight_sum = 0.0;
  for (std::size_t s = 0; s < scales; ++s) weight_sum += image::kSsimScaleWeights[s];
  double result = 1.0;
  for (std::size_t s = 0; s < scales; ++s) {
    const Similarity here = similarity(a, b);
    const bool coarsest = s + 1 == scales;
    // Anti-correlated scales count as unrelated: a negative base has no real power.
    const double value = std::max(0.0, coarsest ? here.whole : here.contrast_structure);
    result *= std::pow(value, image::kSsimScaleWeights[s] / weight_sum);
    if (!coarsest) {
      a = halve(a);
      b = halve(b);
    }
  }
  return result;
}

}  // namespace

double ms_ssim(const image::Image& original, const image::Image& decoded) {
  check_same_size(original, decoded);
  const std::size_t channels = original.colour_channels() == 1 && decoded.colour_channels() == 1 ? 1 : 3;
  const image::FloatImage a = image::to_float_rgb(original);
  const image::FloatImage b = image::to_float_rgb(decoded);
  double sum = 0.0;
  for (std::size_t c = 0; c < channels; ++c) sum += plane_ms_ssim(channel_of(a, c), channel_of(b, c));
  return sum / static_cast<double>(channels);
}

double bits_per_pixel(std::size_t bytes, const image::Image& picture) {
  return 8.0 * static_cast<double>(bytes) / static_cast<double>(picture.pixels());
}

}  // namespace imgcnn::eval
