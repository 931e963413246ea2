// Conversions between sample layouts.
#include "imgcnn/image/convert.h"

#include <algorithm>
#include <array>

#include "imgcnn/base/address_space.h"
#include "imgcnn/base/checked_math.h"
#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

/// An image of the same size with `channels` channels, samples zero, no metadata.
Image blank_like(const Image& picture, int channels) {
  return blank(picture.width, picture.height, channels, picture.bit_depth);
}

/// First sample of a pixel. Picture: Image or const Image.
template <class Picture>
auto* sample_at(Picture& picture, int x, int y) {
  const auto pixel = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                     static_cast<std::size_t>(x);
  return picture.samples.data() + pixel * static_cast<std::size_t>(picture.channels);
}

/// Copies `count` interleaved channels starting at `from` of the source to those starting at `to`
/// of the target.
void copy_channels(const Image& source, int from, Image& target, int to, int count) {
  const std::size_t pixels = source.pixels();
  for (std::size_t i = 0; i < pixels; ++i) {
    const auto* const in =
        source.samples.data() + i * static_cast<std::size_t>(source.channels) + from;
    std::copy(in, in + count,
              target.samples.data() + i * static_cast<std::size_t>(target.channels) + to);
  }
}

/// One channel of `count` pixels as floats.
template <std::ptrdiff_t Channels>
void scale_channel(const std::uint16_t* from, int count, float scale, float* to) {
  for (std::ptrdiff_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i * Channels]) * scale;
}

/// Clamps to [0, 1], where NaN becomes 0, and rounds half up: the conversion rounds down what is
/// not negative.
std::uint16_t to_sample(float value, float scale) {
  const float positive = value > 0.0F ? value : 0.0F;
  const float bounded = positive < 1.0F ? positive : 1.0F;
  return static_cast<std::uint16_t>(static_cast<std::int32_t>(bounded * scale + 0.5F));
}

}  // namespace

FloatImage to_float_rgb(const Image& picture) {
  return to_float_rgb(picture, 0, 0, picture.width, picture.height);
}

FloatImage to_float_rgb(const Image& picture, int x, int y, int width, int height) {
  FloatImage out{3, height, width, {}};
  out.data = zeros_in_large_pages<float>(3 * out.plane_size());
  const float scale = 1.0F / static_cast<float>(picture.max_value());
  // Compilers make vector instructions of loops whose stride they know.
  constexpr std::array kScale = {scale_channel<1>, scale_channel<2>, scale_channel<3>,
                                 scale_channel<4>};
  const auto scale_one = kScale.at(static_cast<std::size_t>(picture.channels - 1));
  float* to = out.data.data();
  for (int row = 0; row < height; ++row, to += width) {
    const std::uint16_t* const in = sample_at(picture, x, y + row);
    for (std::size_t c = 0; c < 3; ++c) {
      scale_one(in + (picture.colour_channels() == 3 ? c : 0), width, scale,
                to + c * out.plane_size());
    }
  }
  return out;
}

Image blank(int width, int height, int channels, int bit_depth) {
  Image out{width, height, channels, bit_depth, {}, {}};
  out.samples =
      zeros_in_large_pages<std::uint16_t>(out.pixels() * static_cast<std::size_t>(channels));
  return out;
}

void put_float_rgb(const FloatImage& rgb, int x, int y, Image& picture) {
  const std::size_t plane = rgb.plane_size();
  const auto scale = static_cast<float>(picture.max_value());
  const float* red = rgb.data.data();
  for (int row = y; row < y + rgb.height; ++row, red += rgb.width) {
    const float* const green = red + plane;
    const float* const blue = green + plane;
    std::uint16_t* const to = sample_at(picture, x, row);
    if (picture.channels == 1) {
      for (int i = 0; i < rgb.width; ++i)
        to[i] = to_sample((red[i] + green[i] + blue[i]) / 3.0F, scale);
    } else {
      // One channel after the other, as one loop over all three is not made of vector instructions.
      for (int i = 0; i < rgb.width; ++i) to[3 * i] = to_sample(red[i], scale);
      for (int i = 0; i < rgb.width; ++i) to[3 * i + 1] = to_sample(green[i], scale);
      for (int i = 0; i < rgb.width; ++i) to[3 * i + 2] = to_sample(blue[i], scale);
    }
  }
}

Image from_float_rgb(const FloatImage& rgb, int colour_channels, int bit_depth) {
  Image out = blank(rgb.width, rgb.height, colour_channels, bit_depth);
  put_float_rgb(rgb, 0, 0, out);
  return out;
}

Image cut(const Image& picture, int x, int y, int width, int height) {
  Image out = blank(width, height, picture.channels, picture.bit_depth);
  const auto row_size = static_cast<std::ptrdiff_t>(width) * picture.channels;
  auto to = out.samples.begin();
  for (int row = y; row < y + height; ++row, to += row_size) {
    const auto* const in = sample_at(picture, x, row);
    std::copy(in, in + row_size, to);
  }
  return out;
}

Image shrunk(const Image& picture, int factor) {
  Image out = blank(ceil_div(picture.width, factor), ceil_div(picture.height, factor),
                    picture.channels, picture.bit_depth);
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(out.width) *
                                  static_cast<std::size_t>(out.channels));
  auto to = out.samples.begin();
  for (int top = 0; top < picture.height; top += factor) {
    const int bottom = std::min(top + factor, picture.height);
    std::fill(sums.begin(), sums.end(), 0);
    for (int y = top; y < bottom; ++y) {
      const std::uint16_t* in = sample_at(picture, 0, y);
      for (int x = 0; x < picture.width; ++x) {
        for (int c = 0; c < picture.channels; ++c)
          sums[static_cast<std::size_t>(x / factor * picture.channels + c)] += *in++;
      }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const int x = static_cast<int>(i) / picture.channels * factor;
      const auto count = static_cast<std::uint64_t>(std::min(factor, picture.width - x)) *
                         static_cast<std::uint64_t>(bottom - top);
      *to++ = static_cast<std::uint16_t>((sums[i] + count / 2) / count);
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
  for (std::uint16_t& sample : out.samples)
    sample = static_cast<std::uint16_t>((sample * 255U + 32767U) / 65535U);
  return out;
}

}  // namespace imgcnn::image
