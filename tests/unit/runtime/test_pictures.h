#pragma once
// Pictures to compare.

#include <cmath>

#include "imgcnn/image/image.h"
#include "test_kernels.h"

namespace imgcnn::runtime {

/// Waves of [0, 1], different in every channel, with noise of the given deviation.
inline image::FloatImage wavy_picture(Random& random, int height, int width, float noise = 0) {
  image::FloatImage picture{3, height, width, {}};
  picture.data = random_values(random, 3 * picture.plane_size(), noise);
  std::size_t i = 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x)
        picture.data[i++] += static_cast<float>(0.5 + 0.3 * std::sin(0.4 * x + c) + 0.15 * std::cos(0.7 * y - 0.2 * x));
    }
  }
  return picture;
}

/// The same with noise of the given deviation added.
inline image::FloatImage noisy(Random& random, image::FloatImage picture, float noise) {
  const auto values = random_values(random, picture.data.size(), noise);
  for (std::size_t i = 0; i < values.size(); ++i) picture.data[i] += values[i];
  return picture;
}

}  // namespace imgcnn::runtime
