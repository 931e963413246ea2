#include "imgcnn/image/ssimulacra2.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "image/float_planes.h"
#include "image/ssimulacra2_maps.h"
#include "image/xyb.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/ssimulacra2_constants.h"

namespace imgcnn::image {
namespace {

/// Half the sides, rounded up: means of 2x2, the last row and column repeated where they are odd.
FloatImage halved(const FloatImage& in) {
  FloatImage result = zero_picture(3, (in.height + 1) / 2, (in.width + 1) / 2);
  for (int channel = 0; channel < 3; ++channel) {
    for (int y = 0; y < result.height; ++y) {
      const float* const upper = row(in, channel, 2 * y);
      const float* const lower = row(in, channel, std::min(2 * y + 1, in.height - 1));
      float* const to = row(result, channel, y);
      for (int x = 0; x < in.width / 2; ++x)
        to[x] = (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]) * 0.25F;
      if (in.width % 2 == 1) to[result.width - 1] = (upper[in.width - 1] + lower[in.width - 1]) / 2;
    }
  }
  return result;
}

/// The transpose of `halved`: adds what the means' gradients are to their samples.
void add_halved_gradient(const FloatImage& coarse, FloatImage& fine) {
  for (int channel = 0; channel < 3; ++channel) {
    for (int y = 0; y < fine.height; ++y) {
      const bool row_twice = y % 2 == 0 && y + 1 == fine.height;
      const float share = row_twice ? 0.5F : 0.25F;
      const float* const from = row(coarse, channel, y / 2);
      float* const to = row(fine, channel, y);
      for (int x = 0; x < fine.width / 2; ++x) {
        to[2 * x] += share * from[x];
        to[2 * x + 1] += share * from[x];
      }
      if (fine.width % 2 == 1) to[fine.width - 1] += 2 * share * from[coarse.width - 1];
    }
  }
}

ChannelPair channel_pair(const FloatImage& shown, const FloatImage& original, int channel) {
  return {row(shown, channel), row(original, channel), shown.height, shown.width};
}

/// Those of the norms of one channel at one scale of `scales`, scaled.
MapNorms weights_of(int channel, std::size_t scale, std::size_t scales) {
  MapNorms weights{};
  const auto first = (static_cast<std::size_t>(channel) * scales + scale) * weights.size();
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = kSsimulacraSumScale * kSsimulacraWeights[first + i];
  return weights;
}

}  // namespace

double ssimulacra2_score(double distance) {
  const double mapped =
      distance *
      (kSsimulacraCubic[0] + distance * (kSsimulacraCubic[1] + distance * kSsimulacraCubic[2]));
  return mapped > 0 ? 100 - 10 * std::pow(mapped, kSsimulacraPower) : 100;
}

Ssimulacra2 ssimulacra2(const FloatImage& shown, const FloatImage& original, bool with_gradient) {
  require(shown.channels == original.channels && shown.height == original.height &&
              shown.width == original.width,
          ErrorCode::kInvalidArgument, "pictures of different sizes cannot be compared");
  require(shown.channels == 1 || shown.channels == 3, ErrorCode::kInvalidArgument,
          "SSIMULACRA 2 is of pictures with one or three channels");
  Ssimulacra2 result;
  FloatImage linear = linear_from_srgb(shown), linear_original = linear_from_srgb(original);
  std::vector<FloatImage> gradients;  // with respect to linear RGB of each scale
  const std::size_t scales = ssimulacra_scales(std::min(shown.height, shown.width));
  for (std::size_t scale = 0; scale < scales; ++scale) {
    if (scale > 0) {
      linear = halved(linear);
      linear_original = halved(linear_original);
    }
    const FloatImage xyb = positive_xyb(linear), xyb_original = positive_xyb(linear_original);
    if (with_gradient) gradients.push_back(zero_picture(3, xyb.height, xyb.width));
    for (int channel = 0; channel < 3; ++channel) {
      const auto pair = channel_pair(xyb, xyb_original, channel);
      const auto norms = map_norms(pair), weights = weights_of(channel, scale, scales);
      for (std::size_t i = 0; i < norms.size(); ++i) result.distance += weights[i] * norms[i];
      if (with_gradient) map_gradient(pair, norms, weights, row(gradients.back(), channel));
    }
    if (with_gradient) to_linear_gradient(xyb, gradients.back());
  }
  result.score = ssimulacra2_score(result.distance);
  if (!with_gradient) return result;
  if (scales == 0) gradients.push_back(zero_picture(3, shown.height, shown.width));
  for (std::size_t scale = gradients.size(); scale-- > 1;)
    add_halved_gradient(gradients[scale], gradients[scale - 1]);
  result.gradient = srgb_gradient(shown, gradients.front());
  return result;
}

}  // namespace imgcnn::image
