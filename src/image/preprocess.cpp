// Brightness, contrast and colour balance.
#include "imgcnn/image/preprocess.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

constexpr float kMaxBrightness = 1.0F;
constexpr float kMinFactor = 0.1F;
constexpr float kMaxFactor = 10.0F;

void check_range(float value, float low, float high, const char* name) {
  if (value >= low && value <= high) return;  // false for NaN
  throw Error(ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(value) +
                                               ", outside " + std::to_string(low) + " to " +
                                               std::to_string(high));
}

/// x -> clamp(x * factor + offset) on one plane.
void scale_plane(float* plane, std::size_t size, float factor, float offset) {
  std::transform(plane, plane + size, plane,
                 [=](float x) { return std::clamp(x * factor + offset, 0.0F, 1.0F); });
}

}  // namespace

bool Preprocess::is_identity() const {
  return brightness == 0.0F && contrast == 1.0F && gain == std::array<float, 3>{1.0F, 1.0F, 1.0F};
}

void check_preprocess(const Preprocess& parameters) {
  check_range(parameters.brightness, -kMaxBrightness, kMaxBrightness, "brightness");
  check_range(parameters.contrast, kMinFactor, kMaxFactor, "contrast");
  for (const float gain : parameters.gain) check_range(gain, kMinFactor, kMaxFactor, "colour gain");
}

std::array<float, 3> grey_world_gains(const Image& picture) {
  std::array<float, 3> gains = {1.0F, 1.0F, 1.0F};
  if (picture.colour_channels() == 1) return gains;
  const auto stride = static_cast<std::size_t>(picture.channels);
  std::array<double, 3> sums = {};
  for (std::size_t i = 0; i < picture.samples.size(); i += stride) {
    for (std::size_t c = 0; c < 3; ++c) sums[c] += picture.samples[i + c];
  }
  const double target = (sums[0] + sums[1] + sums[2]) / 3.0;
  if (target <= 0.0) return gains;  // a black picture says nothing about its light
  for (std::size_t c = 0; c < 3; ++c) {
    // An empty channel cannot be lifted by any gain; it takes the largest.
    const double gain = sums[c] > 0.0 ? target / sums[c] : static_cast<double>(kMaxFactor);
    gains[c] = std::clamp(static_cast<float>(gain), kMinFactor, kMaxFactor);
  }
  return gains;
}

void apply_preprocess(FloatImage& rgb, const Preprocess& parameters) {
  if (parameters.is_identity()) return;
  const std::size_t plane = rgb.plane_size();
  const float offset = 0.5F - 0.5F * parameters.contrast + parameters.brightness;
  for (std::size_t c = 0; c < 3; ++c) {
    scale_plane(rgb.data.data() + c * plane, plane, parameters.gain[c] * parameters.contrast,
                offset);
  }
}

void undo_preprocess(FloatImage& rgb, const Preprocess& parameters) {
  if (parameters.is_identity()) return;
  const std::size_t plane = rgb.plane_size();
  const float offset = 0.5F - 0.5F * parameters.contrast + parameters.brightness;
  for (std::size_t c = 0; c < 3; ++c) {
    const float factor = 1.0F / (parameters.gain[c] * parameters.contrast);
    scale_plane(rgb.data.data() + c * plane, plane, factor, -offset * factor);
  }
}

}  // namespace imgcnn::image
