#include "transforms.h"

#include <algorithm>

#include "imgcnn/base/address_space.h"

namespace imgcnn::runtime {

model::Planes planes_of(int channels, int height, int width) {
  return {channels, height, width,
          zeros_in_large_pages<float>(static_cast<std::size_t>(channels) *
                                      static_cast<std::size_t>(height) *
                                      static_cast<std::size_t>(width))};
}

image::FloatImage picture_of(int height, int width) {
  image::FloatImage picture{3, height, width, {}};
  picture.data = zeros_in_large_pages<float>(3 * picture.plane_size());
  return picture;
}

void gather_from_planes(const model::Planes& planes, const float* factors, int y, int x, int count,
                        float* to, std::size_t stride) {
  const auto plane =
      static_cast<std::size_t>(planes.height) * static_cast<std::size_t>(planes.width);
  const float* row =
      planes.data.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(planes.width) + x;
  for (int c = 0; c < planes.channels; ++c, row += plane) {
    for (int p = 0; p < count; ++p)
      to[static_cast<std::size_t>(p) * stride + static_cast<std::size_t>(c)] = row[p] * factors[c];
  }
  for (auto c = static_cast<std::size_t>(planes.channels); c < stride; ++c) {
    for (int p = 0; p < count; ++p) to[static_cast<std::size_t>(p) * stride + c] = 0.0F;
  }
}

void to_map(const Pass& pass, const model::Planes& planes, const std::vector<float>& factors,
            int height, int width, FeatureMap& map) {
  map.resize(height, width, padded_channels(planes.channels));
  const auto stride = static_cast<std::size_t>(map.channels);
  pass.rows(height, [&](int y, Scratch&) {
    gather_from_planes(planes, factors.data(), std::min(y, planes.height - 1), 0,
                       std::min(width, planes.width), map.at(y, 0), stride);
    for (int x = planes.width; x < width; ++x)
      std::copy_n(map.at(y, planes.width - 1), stride, map.at(y, x));
  });
}

void gather_samples(const image::FloatImage& picture, int side, int y, int x, int count,
                    float middle, float factor, float* to, std::size_t stride) {
  const auto width = static_cast<std::size_t>(picture.width);
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < side; ++i) {
      const float* row = picture.data.data() + static_cast<std::size_t>(c) * picture.plane_size() +
                         static_cast<std::size_t>(y * side + i) * width +
                         static_cast<std::size_t>(x * side);
      float* out = to + (c * side + i) * side;
      for (int p = 0; p < count; ++p, out += stride, row += side) {
        for (int j = 0; j < side; ++j) out[j] = factor * (row[j] - middle);
      }
    }
  }
}

}  // namespace imgcnn::runtime
