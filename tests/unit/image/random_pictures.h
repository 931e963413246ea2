#pragma once
// Random numbers, and pictures of them to compare.

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "imgcnn/image/image.h"

namespace imgcnn::image {

using Random = std::mt19937;

/// Normally distributed with a deviation of `size`.
inline std::vector<float> random_values(Random& random, std::size_t count, float size = 1) {
  std::normal_distribution<float> normal(0, size);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

/// Waves of [0, 1], different in every channel, with noise of the given deviation.
inline FloatImage wavy_picture(Random& random, int height, int width, float noise = 0) {
  FloatImage picture{3, height, width, {}};
  picture.data = random_values(random, 3 * picture.plane_size(), noise);
  std::size_t i = 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x)
        picture.data[i++] += static_cast<float>(0.5 + 0.3 * std::sin(0.4 * x + c) +
                                                0.15 * std::cos(0.7 * y - 0.2 * x));
    }
  }
  return picture;
}

/// The same with noise of the given deviation added.
inline FloatImage noisy(Random& random, FloatImage picture, float noise) {
  const auto values = random_values(random, picture.data.size(), noise);
  for (std::size_t i = 0; i < values.size(); ++i) picture.data[i] += values[i];
  return picture;
}

}  // namespace imgcnn::image
