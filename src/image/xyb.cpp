#include "image/xyb.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "image/float_planes.h"
#include "imgcnn/image/ssimulacra2_constants.h"

namespace imgcnn::image {
namespace {

/// The N-th root of a positive number, without a call so that loops of it become vector
/// instructions. A float's bits are about its logarithm, which is divided by N; two steps of
/// Halley's method, each of which cubes the relative error of first 6 %, bring it to a few units in
/// the last place.
template <int N>
float root(float value) {
  constexpr float kOne = 0x3F800000;  // the bits of 1.0F
  std::int32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  bits = static_cast<std::int32_t>((static_cast<float>(bits) - kOne) * (1.0F / N) + kOne);
  float found = 0;
  std::memcpy(&found, &bits, sizeof(found));
  for (int step = 0; step < 2; ++step) {
    float power = found;
    for (int i = 1; i < N; ++i) power *= found;
    found *= ((N - 1) * power + (N + 1) * value) / ((N + 1) * power + (N - 1) * value);
  }
  return found;
}

float clamped(float value) {
  const float positive = value > 0.0F ? value : 0.0F;
  return positive < 1.0F ? positive : 1.0F;
}

// sRGB, IEC 61966-2-1: a line, then a power of 2.4.
constexpr float kLineEnd = 0.04045F, kLineSlope = 1 / 12.92F;
/// The base of that power.
float power_base(float srgb) { return (srgb + 0.055F) * (1 / 1.055F); }

float linear(float srgb) {
  const float base = power_base(srgb), fifth = root<5>(base);
  return srgb <= kLineEnd ? srgb * kLineSlope : base * base * fifth * fifth;
}

float linear_slope(float srgb) {
  const float base = power_base(srgb), fifth = root<5>(base);
  return srgb <= kLineEnd ? kLineSlope : 2.4F / 1.055F * base * fifth * fifth;
}

template <std::size_t Cone, std::size_t Colour>
constexpr float kAbsorbance = static_cast<float>(kOpsinAbsorbance[Cone][Colour]);

/// The response of one kind of cones, as its cube root.
template <std::size_t Cone>
float response(float red, float green, float blue) {
  return root<3>(kAbsorbance<Cone, 0> * red + kAbsorbance<Cone, 1> * green +
                 kAbsorbance<Cone, 2> * blue + static_cast<float>(kOpsinBias));
}

/// The gradient with respect to one colour of linear RGB, of those with respect to responses.
template <std::size_t Colour>
float by_colour(float by_long, float by_medium, float by_short) {
  return kAbsorbance<0, Colour> * by_long + kAbsorbance<1, Colour> * by_medium +
         kAbsorbance<2, Colour> * by_short;
}

const float kBiasRoot = static_cast<float>(std::cbrt(kOpsinBias));
constexpr float kScaleX = static_cast<float>(kXybScale[0]);
constexpr float kScaleY = static_cast<float>(kXybScale[1]);
constexpr float kScaleB = static_cast<float>(kXybScale[2]);
constexpr float kOffsetX = static_cast<float>(kXybOffset[0]);
constexpr float kOffsetY = static_cast<float>(kXybOffset[1]);
constexpr float kOffsetB = static_cast<float>(kXybOffset[2]);

// Compilers make vector instructions of loops whose results are written to parameters that say that
// they share no memory with others.

void write_xyb(std::size_t count, const float* red, const float* green, const float* blue,
               float* __restrict x, float* __restrict y, float* __restrict b) {
  const float offset = kBiasRoot;
  for (std::size_t i = 0; i < count; ++i) {
    const float l = response<0>(red[i], green[i], blue[i]) - offset,
                m = response<1>(red[i], green[i], blue[i]) - offset,
                s = response<2>(red[i], green[i], blue[i]) - offset, luma = 0.5F * (l + m);
    x[i] = kScaleX * (0.5F * (l - m)) + kOffsetX;
    y[i] = kScaleY * luma + kOffsetY;
    b[i] = kScaleB * (s - luma) + kOffsetB;
  }
}

/// first, second, third: gradients with respect to x, y, b before, and to red, green, blue after.
void turn_gradient(std::size_t count, const float* x, const float* y, const float* b,
                   float* __restrict first, float* __restrict second, float* __restrict third) {
  const float offset = kBiasRoot;
  for (std::size_t i = 0; i < count; ++i) {
    // The cube roots again, and the slopes of the roots there.
    const float luma = (y[i] - kOffsetY) / kScaleY + offset, side = (x[i] - kOffsetX) / kScaleX;
    const float l = luma + side, m = luma - side, s = luma + (b[i] - kOffsetB) / kScaleB;
    const float by_x = 0.5F * kScaleX * first[i],
                by_y = 0.5F * (kScaleY * second[i] - kScaleB * third[i]);
    const float by_l = (by_y + by_x) / (3 * l * l), by_m = (by_y - by_x) / (3 * m * m),
                by_s = kScaleB * third[i] / (3 * s * s);
    first[i] = by_colour<0>(by_l, by_m, by_s);
    second[i] = by_colour<1>(by_l, by_m, by_s);
    third[i] = by_colour<2>(by_l, by_m, by_s);
  }
}

/// The channel of a picture that serves as one of RGB: of a grey one always the first.
int channel_of(const FloatImage& srgb, int colour) { return std::min(colour, srgb.channels - 1); }

}  // namespace

FloatImage linear_from_srgb(const FloatImage& srgb) {
  FloatImage result = zero_picture(3, srgb.height, srgb.width);
  for (int channel = 0; channel < 3; ++channel) {
    const float* const from = row(srgb, channel_of(srgb, channel));
    float* const to = row(result, channel);
    for (std::size_t i = 0; i < srgb.plane_size(); ++i) to[i] = linear(clamped(from[i]));
  }
  return result;
}

FloatImage srgb_gradient(const FloatImage& srgb, const FloatImage& by_linear) {
  FloatImage result = zero_picture(srgb.channels, srgb.height, srgb.width);
  for (int channel = 0; channel < 3; ++channel) {
    const float *const at = row(srgb, channel_of(srgb, channel)), *const from =
                                                                      row(by_linear, channel);
    float* const to = row(result, channel_of(srgb, channel));
    for (std::size_t i = 0; i < srgb.plane_size(); ++i) {
      const float value = from[i] * linear_slope(clamped(at[i]));
      const float upward = at[i] < 0.0F ? std::min(value, 0.0F) : value;
      to[i] += at[i] > 1.0F ? std::max(value, 0.0F) : upward;
    }
  }
  return result;
}

FloatImage positive_xyb(const FloatImage& linear) {
  FloatImage result = zero_picture(3, linear.height, linear.width);
  write_xyb(linear.plane_size(), row(linear, 0), row(linear, 1), row(linear, 2), row(result, 0),
            row(result, 1), row(result, 2));
  return result;
}

void to_linear_gradient(const FloatImage& xyb, FloatImage& gradient) {
  turn_gradient(xyb.plane_size(), row(xyb, 0), row(xyb, 1), row(xyb, 2), row(gradient, 0),
                row(gradient, 1), row(gradient, 2));
}

}  // namespace imgcnn::image
