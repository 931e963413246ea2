#pragma once
// Pictures made of arithmetic that are somewhat like photographs, and damage of many kinds: what
// scores of SSIMULACRA 2 are stored for.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "imgcnn/image/convert.h"
#include "imgcnn/image/image.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::image {

/// What a picture is like. All but sizes and counts are shares of the full range of samples.
struct Scene {
  int width, height;
  double roughness;   ///< by what an octave of the clouds is smaller than the coarser one
  double colour;      ///< how far channels differ
  int shapes;         ///< discs and boxes of one colour in front
  double grain;       ///< noise of single samples
  double brightness;  ///< mean
};

/// Values that are drawn alike on every machine: distributions of the library are not.
class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}
  /// From low to high.
  double operator()(double low, double high) {
    return low + (high - low) * static_cast<double>(random_()) / 4294967296.0;
  }

 private:
  std::mt19937 random_;
};

/// Smooth noise of several octaves around 0, one plane.
inline std::vector<double> clouds(Draw& draw, int width, int height, double roughness) {
  std::vector<double> plane(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  double size = 0.5;
  for (int cell = 128; cell >= 2; cell /= 2, size *= roughness) {
    const int columns = width / cell + 2, rows = height / cell + 2;
    std::vector<double> lattice(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    for (double& value : lattice) value = draw(-size, size);
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x, ++i) {
        const auto ease = [](double t) { return t * t * (3 - 2 * t); };
        const double dx = ease(static_cast<double>(x % cell) / cell),
                     dy = ease(static_cast<double>(y % cell) / cell);
        const auto at = static_cast<std::size_t>(y / cell * columns + x / cell);
        const auto below = at + static_cast<std::size_t>(columns);
        plane[i] += (1 - dy) * ((1 - dx) * lattice[at] + dx * lattice[at + 1]) +
                    dy * ((1 - dx) * lattice[below] + dx * lattice[below + 1]);
      }
    }
  }
  return plane;
}

inline std::uint16_t to_8_bits(double share) {
  return static_cast<std::uint16_t>(std::lround(std::clamp(share, 0.0, 1.0) * 255));
}

/// 3 channels of 8 bits.
inline Image scene_picture(const Scene& scene, unsigned seed) {
  Draw draw(seed);
  Image picture = blank(scene.width, scene.height, 3, 8);
  const auto light = clouds(draw, scene.width, scene.height, scene.roughness);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const auto tint = clouds(draw, scene.width, scene.height, scene.roughness / 2);
    for (std::size_t i = 0; i < light.size(); ++i)
      picture.samples[3 * i + channel] =
          to_8_bits(scene.brightness + 0.5 * light[i] + scene.colour * tint[i]);
  }
  for (int shape = 0; shape < scene.shapes; ++shape) {
    const double left = draw(0, scene.width), top = draw(0, scene.height), size = draw(4, 50),
                 colour[] = {draw(0, 1), draw(0, 1), draw(0, 1)};
    for (std::size_t i = 0; i < light.size(); ++i) {
      const double dx = static_cast<double>(i % static_cast<std::size_t>(scene.width)) - left,
                   dy = static_cast<double>(i / static_cast<std::size_t>(scene.width)) - top;
      if (shape % 2 == 0 ? dx * dx + dy * dy > size * size
                         : std::abs(dx) > 9 || std::abs(dy) > size)
        continue;
      for (std::size_t channel = 0; channel < 3; ++channel)
        picture.samples[3 * i + channel] = to_8_bits(colour[channel]);
    }
  }
  for (auto& sample : picture.samples)
    sample = to_8_bits(sample / 255.0 + draw(-scene.grain, scene.grain));
  return picture;
}

enum class Damage {
  kJpeg,      ///< by the project's writer; amount: its quality
  kBlur,      ///< means of squares; amount: how many samples these reach to each side
  kNoise,     ///< amount: the largest, in steps of 8 bits
  kLevels,    ///< amount: steps of 8 bits that become one
  kTint,      ///< amount: added to red and taken from blue, in steps of 8 bits
  kContrast,  ///< amount: per cent of the distance to mid-grey that stay
};

inline Image damaged(const Image& picture, Damage damage, int amount) {
  if (damage == Damage::kJpeg) return decode_image(encode_jpeg(picture, amount), "damaged");
  Draw draw(7);
  Image result = picture;
  for (int y = 0, i = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      for (int channel = 0; channel < 3; ++channel, ++i) {
        double value = picture.samples[static_cast<std::size_t>(i)];
        if (damage == Damage::kNoise) value += draw(-amount, amount);
        if (damage == Damage::kLevels) value = (std::floor(value / amount) + 0.5) * amount;
        if (damage == Damage::kTint) value += (1 - channel) * amount;
        if (damage == Damage::kContrast) value = 128 + (value - 128) * amount / 100;
        if (damage == Damage::kBlur) {
          double sum = 0;
          for (int v = y - amount; v <= y + amount; ++v) {
            for (int u = x - amount; u <= x + amount; ++u) {
              const int row = std::clamp(v, 0, picture.height - 1),
                        column = std::clamp(u, 0, picture.width - 1);
              sum += picture.samples[static_cast<std::size_t>(3 * (row * picture.width + column) +
                                                              channel)];
            }
          }
          value = sum / ((2 * amount + 1) * (2 * amount + 1));
        }
        result.samples[static_cast<std::size_t>(i)] = to_8_bits(value / 255);
      }
    }
  }
  return result;
}

}  // namespace imgcnn::image
