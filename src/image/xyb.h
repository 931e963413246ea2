#pragma once
// The colour space of SSIMULACRA 2, and the way back for gradients.

#include "imgcnn/image/image.h"

namespace imgcnn::image {

/// sRGB [1 or 3, H, W] to linear RGB [3, H, W]; samples are clamped to [0, 1], where NaN becomes 0.
[[nodiscard]] FloatImage linear_from_srgb(const FloatImage& srgb);

/// The gradient [3, H, W] with respect to linear RGB as one with respect to `srgb`, of which it
/// takes the channels; outside [0, 1] what does not lead back inside is zero.
[[nodiscard]] FloatImage srgb_gradient(const FloatImage& srgb, const FloatImage& by_linear);

/// X, Y and B - Y of linear RGB [3, H, W] in [0, 1], each positive and of about the same range.
[[nodiscard]] FloatImage positive_xyb(const FloatImage& linear);

/// Turns the gradient with respect to `xyb`, which positive_xyb made, into one with respect to
/// linear RGB.
void to_linear_gradient(const FloatImage& xyb, FloatImage& gradient);

}  // namespace imgcnn::image
