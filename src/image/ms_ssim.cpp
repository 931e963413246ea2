#include "imgcnn/image/ms_ssim.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "imgcnn/image/ms_ssim_scales.h"

namespace imgcnn::image {
namespace {

/// One plane of numbers.
struct Plane {
  int height = 0, width = 0;
  std::vector<double> data;

  Plane() = default;
  Plane(int h, int w)
      : height(h), width(w), data(static_cast<std::size_t>(h) * static_cast<std::size_t>(w)) {}
  [[nodiscard]] double* row(int y) { return data.data() + static_cast<std::ptrdiff_t>(y) * width; }
  [[nodiscard]] const double* row(int y) const {
    return data.data() + static_cast<std::ptrdiff_t>(y) * width;
  }
};

/// f(a, b) of every pair.
template <class F>
Plane map(const Plane& a, const Plane& b, const F& f) {
  Plane result(a.height, a.width);
  for (std::size_t i = 0; i < a.data.size(); ++i) result.data[i] = f(a.data[i], b.data[i]);
  return result;
}

std::vector<double> gaussian(int size) {
  std::vector<double> taps;
  double sum = 0;
  for (int i = 0; i < size; ++i) {
    const double offset = i - (size - 1) / 2.0;
    taps.push_back(std::exp(-offset * offset / (2 * kSsimSigma * kSsimSigma)));
    sum += taps.back();
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

/// to[0 .. count) += factor * from[0 .. count), which do not overlap.
void add_scaled(const double* from, int count, double factor, double* to) {
  for (int x = 0; x < count; ++x) to[x] += factor * from[x];
}

/// Weighted means over windows inside the plane.
Plane blurred(const Plane& in, const std::vector<double>& taps) {
  const int size = static_cast<int>(taps.size());
  Plane across(in.height, in.width - size + 1), result(in.height - size + 1, across.width);
  for (int y = 0; y < in.height; ++y) {
    for (int k = 0; k < size; ++k)
      add_scaled(in.row(y) + k, across.width, taps[static_cast<std::size_t>(k)], across.row(y));
  }
  for (int y = 0; y < result.height; ++y) {
    for (int k = 0; k < size; ++k)
      add_scaled(across.row(y + k), result.width, taps[static_cast<std::size_t>(k)], result.row(y));
  }
  return result;
}

/// Its transpose: where gradients of means go.
Plane spread(const Plane& in, const std::vector<double>& taps) {
  const int size = static_cast<int>(taps.size());
  Plane down(in.height + size - 1, in.width), result(down.height, in.width + size - 1);
  for (int y = 0; y < in.height; ++y) {
    for (int k = 0; k < size; ++k)
      add_scaled(in.row(y), in.width, taps[static_cast<std::size_t>(k)], down.row(y + k));
  }
  for (int y = 0; y < down.height; ++y) {
    for (int k = 0; k < size; ++k)
      add_scaled(down.row(y), in.width, taps[static_cast<std::size_t>(k)], result.row(y) + k);
  }
  return result;
}

/// Means of 2x2; an odd row or column is left out.
Plane halved(const Plane& in) {
  Plane result(in.height / 2, in.width / 2);
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      result.row(y)[x] = (in.row(2 * y)[2 * x] + in.row(2 * y)[2 * x + 1] +
                          in.row(2 * y + 1)[2 * x] + in.row(2 * y + 1)[2 * x + 1]) /
                         4;
    }
  }
  return result;
}

/// One scale of one channel: the mean of contrast and structure, times luminance on the coarsest.
class Scale {
 public:
  Scale(Plane a, Plane b, bool coarsest) : a_(std::move(a)), b_(std::move(b)), coarsest_(coarsest) {
    taps_ = gaussian(std::min({kSsimWindow, a_.height, a_.width}));
    mean_a_ = blurred(a_, taps_);
    mean_b_ = blurred(b_, taps_);
    variances_ = blurred(map(a_, b_, [](double x, double y) { return x * x + y * y; }), taps_);
    cs_ = blurred(map(a_, b_, [](double x, double y) { return x * y; }), taps_);
    for (std::size_t i = 0; i < cs_.data.size(); ++i) {
      const double x = mean_a_.data[i], y = mean_b_.data[i];
      variances_.data[i] = variances_.data[i] - x * x - y * y + kSsimC2;
      cs_.data[i] = (2 * (cs_.data[i] - x * y) + kSsimC2) / variances_.data[i];
      mean_ += cs_.data[i] * (coarsest ? luminance(x, y) : 1);
    }
    mean_ /= static_cast<double>(cs_.data.size());
  }

  [[nodiscard]] const Plane& a() const { return a_; }
  [[nodiscard]] const Plane& b() const { return b_; }
  [[nodiscard]] double mean() const { return mean_; }

  /// With respect to `a`, of `factor` times the mean.
  [[nodiscard]] Plane gradient(double factor) const {
    Plane by_mean(cs_.height, cs_.width), by_square = by_mean, by_product = by_mean;
    factor /= static_cast<double>(cs_.data.size());
    for (std::size_t i = 0; i < cs_.data.size(); ++i) {
      const double x = mean_a_.data[i], y = mean_b_.data[i], cs = cs_.data[i];
      const double by_cs = factor * (coarsest_ ? luminance(x, y) : 1);
      by_product.data[i] = 2 * by_cs / variances_.data[i];
      by_square.data[i] = -by_cs * cs / variances_.data[i];
      by_mean.data[i] = -by_product.data[i] * y - 2 * x * by_square.data[i];
      if (coarsest_) {
        const double below = x * x + y * y + kSsimC1;
        by_mean.data[i] += factor * cs * 2 * (y - luminance(x, y) * x) / below;
      }
    }
    const auto mean = spread(by_mean, taps_), square = spread(by_square, taps_),
               product = spread(by_product, taps_);
    Plane result(a_.height, a_.width);
    for (std::size_t i = 0; i < result.data.size(); ++i)
      result.data[i] =
          mean.data[i] + 2 * a_.data[i] * square.data[i] + b_.data[i] * product.data[i];
    return result;
  }

 private:
  [[nodiscard]] static double luminance(double x, double y) {
    return (2 * x * y + kSsimC1) / (x * x + y * y + kSsimC1);
  }

  Plane a_, b_, mean_a_, mean_b_;
  Plane variances_, cs_;  ///< of windows: sum of both variances + C2; contrast and structure
  bool coarsest_;
  std::vector<double> taps_;
  double mean_ = 0;
};

Plane channel_of(const FloatImage& picture, int channel) {
  Plane plane(picture.height, picture.width);
  const auto begin =
      picture.data.begin() + channel * static_cast<std::ptrdiff_t>(picture.plane_size());
  std::copy_n(begin, plane.data.size(), plane.data.begin());
  return plane;
}

}  // namespace

Similarity ms_ssim(const FloatImage& shown, const FloatImage& original, double least,
                   bool with_gradient) {
  const std::size_t count = ssim_scales(std::min(shown.height, shown.width));
  double weights = 0;
  for (std::size_t s = 0; s < count; ++s) weights += kSsimScaleWeights[s];
  Similarity result;
  result.gradient = {shown.channels, shown.height, shown.width, {}};
  for (int channel = 0; channel < shown.channels; ++channel) {
    std::vector<Scale> scales;
    double value = 1;
    for (std::size_t s = 0; s < count; ++s) {
      if (s == 0)
        scales.emplace_back(channel_of(shown, channel), channel_of(original, channel), count == 1);
      else
        scales.emplace_back(halved(scales.back().a()), halved(scales.back().b()), s + 1 == count);
      if (!with_gradient && s > 0) scales.erase(scales.begin());  // no more than it takes to go on
      value *= std::pow(std::max(scales.back().mean(), least), kSsimScaleWeights[s] / weights);
    }
    value /= shown.channels;
    result.value += value;
    if (!with_gradient) continue;
    Plane coarser;
    for (std::size_t s = count; s-- > 0;) {
      const Scale& scale = scales[s];
      const double factor = value * kSsimScaleWeights[s] / weights / std::max(scale.mean(), least);
      Plane here =
          scale.mean() < least ? Plane(scale.a().height, scale.a().width) : scale.gradient(factor);
      for (int y = 0; y < 2 * coarser.height; ++y) {
        for (int x = 0; x < 2 * coarser.width; ++x) here.row(y)[x] += coarser.row(y / 2)[x / 2] / 4;
      }
      coarser = std::move(here);
    }
    result.gradient.data.insert(result.gradient.data.end(), coarser.data.begin(),
                                coarser.data.end());
  }
  return result;
}

}  // namespace imgcnn::image
