// Conversions between sample layouts.
#include "imgcnn/image/convert.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

/// An image of the same size with `channels` channels, samples zero, no metadata.
Image blank_like(const Image& picture, int channels) {
  Image out;
  out.width = picture.width;
  out.height = picture.height;
  out.channels = channels;
  out.bit_depth = picture.bit_depth;
  out.samples.resize(picture.pixels() * static_cast<std::size_t>(channels));
  return out;
}

/// Copies `count` interleaved channels starting at `from` of the source to those starting at `to` of the target.
void copy_channels(const Image& source, int from, Image& target, int to, int count) {
  const std::size_t pixels = source.pixels();
  for (std::size_t i = 0; i < pixels; ++i) {
    const auto* const in = source.samples.data() + i * static_cast<std::size_t>(source.channels) + from;
    std::copy(in, in + count, target.samples.data() + i * static_cast<std::size_t>(target.channels) + to);
  }
}

}  // namespace

FloatImage to_float_rgb(const Image& picture) {
  FloatImage out;
  out.channels = 3;
  out.height = picture.height;
  out.width = picture.width;
  const std::size_t plane = picture.pixels();
  out.data.resize(3 * plane);
  const float scale = 1.0F / static_cast<float>(picture.max_value());
  const auto stride = static_cast<std::size_t>(picture.channels);
  for (std::size_t c = 0; c < 3; ++c) {
    const std::uint16_t* in = picture.samples.data() + (picture.colour_channels() == 3 ? c : 0);
    float* const to = out.data.data() + c * plane;
    for (std::size_t i = 0; i < plane; ++i) to[i] = static_cast<float>(in[i * stride]) * scale;
  }
  return out;
}

Image from_float_rgb(const FloatImage& rgb, int colour_channels, int bit_depth) {
  Image out;
  out.width = rgb.width;
  out.height = rgb.height;
  out.channels = colour_channels;
  out.bit_depth = bit_depth;
  const std::size_t plane = rgb.plane_size();
  const auto channels = static_cast<std::size_t>(colour_channels);
  out.samples.resize(plane * channels);
  const auto scale = static_cast<float>(out.max_value());
  const auto to_sample = [scale](float value) {
    // Written so that NaN becomes 0.
    const float bounded = value > 0.0F ? std::min(value, 1.0F) : 0.0F;
    return static_cast<std::uint16_t>(std::floor(bounded * scale + 0.5F));
  };
  const float* const data = rgb.data.data();
  for (std::size_t i = 0; i < plane; ++i) {
    if (channels == 1) {
      out.samples[i] = to_sample((data[i] + data[plane + i] + data[2 * plane + i]) / 3.0F);
    } else {
      for (std::size_t c = 0; c < 3; ++c) out.samples[3 * i + c] = to_sample(data[c * plane + i]);
    }
  }
  return out;
}

Image alpha_plane(const Image& picture) {
  require(picture.has_alpha(), ErrorCode::kInternal, "alpha_plane: the picture has no alpha");
  Image out = blank_like(picture, 1);
  copy_channels(picture, picture.channels - 1, out, 0, 1);
  return out;
}

void attach_alpha(Image& picture, const Image& alpha) {
  const bool fits = !picture.has_alpha() && alpha.channels == 1 && alpha.width == picture.width &&
                    alpha.height == picture.height && alpha.bit_depth == picture.bit_depth;
  require(fits, ErrorCode::kInvalidArgument, "the alpha plane does not fit the picture");
  Image out = blank_like(picture, picture.channels + 1);
  copy_channels(picture, 0, out, 0, picture.channels);
  copy_channels(alpha, 0, out, picture.channels, 1);
  out.metadata = std::move(picture.metadata);
  picture = std::move(out);
}

Image drop_alpha(const Image& picture) {
  if (!picture.has_alpha()) return picture;
  Image out = blank_like(picture, picture.colour_channels());
  copy_channels(picture, 0, out, 0, out.channels);
  out.metadata = picture.metadata;
  return out;
}

bool is_opaque(const Image& picture) {
  if (!picture.has_alpha()) return true;
  const auto stride = static_cast<std::size_t>(picture.channels);
  for (std::size_t i = stride - 1; i < picture.samples.size(); i += stride) {
    if (picture.samples[i] != picture.max_value()) return false;
  }
  return true;
}

Image to_8_bit(const Image& picture) {
  Image out = picture;
  if (picture.bit_depth == 8) return out;
  out.bit_depth = 8;
  for (std::uint16_t& sample : out.samples) sample = static_cast<std::uint16_t>((sample * 255U + 32767U) / 65535U);
  return out;
}

}  // namespace imgcnn::image
