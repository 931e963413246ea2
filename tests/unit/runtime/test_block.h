#pragma once
// A residual block as its definition says, in double precision.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/bitstream/safetensors.h"
#include "runtime/layers.h"
#include "test_kernels.h"

namespace imgcnn::runtime {

/// The tensors "block.0.<layer>" of a residual block with random weights.
struct Block {
  int channels;
  bitstream::TensorFile file;

  Block(Random& random, int count) : channels(count) {
    convolution(random, "mix_in", channels, channels, 1);
    convolution(random, "mix_depthwise", channels, 1, 3);
    convolution(random, "mix_out", channels, channels, 1);
    convolution(random, "gate_in", 2 * channels, channels, 1);
    convolution(random, "gate_out", channels, channels, 1);
  }

  [[nodiscard]] BlockWeights packed(Arithmetic arithmetic, int width) const {
    return read_block(WeightReader(file, ""), "block.0", channels, arithmetic, width);
  }
  [[nodiscard]] std::vector<float> values(const std::string& name,
                                          const std::vector<std::int64_t>& shape) const {
    return bitstream::get_f32(file, kPrefix + name, shape);
  }

 private:
  static inline const std::string kPrefix = "block.0.";

  void convolution(Random& random, const std::string& name, int out, int in, int kernel) {
    const auto inputs = static_cast<std::size_t>(in * kernel * kernel),
               outputs = static_cast<std::size_t>(out);
    bitstream::put_f32(
        file, kPrefix + name + ".weight", {out, in, kernel, kernel},
        random_values(random, outputs * inputs, 1 / std::sqrt(static_cast<float>(inputs))));
    bitstream::put_f32(file, kPrefix + name + ".bias", {out}, random_values(random, outputs, 0.3F));
  }
};

/// A map [height][width][channels], channels not padded.
struct PlainMap {
  int height, width, channels;
  std::vector<double> data;

  PlainMap(int h, int w, int c)
      : height(h), width(w), channels(c), data(static_cast<std::size_t>(h * w * c)) {}
  [[nodiscard]] double& at(int y, int x, int c) {
    return data[static_cast<std::size_t>((y * width + x) * channels + c)];
  }
  [[nodiscard]] double at(int y, int x, int c) const {
    return const_cast<PlainMap*>(this)->at(y, x, c);
  }
  [[nodiscard]] double padded(int y, int x, int c) const {
    return y < 0 || y >= height || x < 0 || x >= width ? 0 : at(y, x, c);
  }
};

/// f(y, x, c) everywhere.
template <class F>
PlainMap map_of(int height, int width, int channels, const F& f) {
  PlainMap map(height, width, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) map.at(y, x, c) = f(y, x, c);
    }
  }
  return map;
}

inline PlainMap pointwise(const Block& block, const std::string& name, int out,
                          const PlainMap& in) {
  const auto weight = block.values(name + ".weight", {out, in.channels, 1, 1}),
             bias = block.values(name + ".bias", {out});
  return map_of(in.height, in.width, out, [&](int y, int x, int o) {
    double sum = bias[static_cast<std::size_t>(o)];
    for (int i = 0; i < in.channels; ++i)
      sum += static_cast<double>(weight[static_cast<std::size_t>(o * in.channels + i)]) *
             in.at(y, x, i);
    return sum;
  });
}

inline PlainMap depthwise(const Block& block, const PlainMap& in) {
  const auto weight = block.values("mix_depthwise.weight", {in.channels, 1, 3, 3});
  const auto bias = block.values("mix_depthwise.bias", {in.channels});
  return map_of(in.height, in.width, in.channels, [&](int y, int x, int c) {
    double sum = bias[static_cast<std::size_t>(c)];
    for (int k = 0; k < 9; ++k)
      sum += static_cast<double>(weight[static_cast<std::size_t>(c * 9 + k)]) *
             in.padded(y + k / 3 - 1, x + k % 3 - 1, c);
    return sum;
  });
}

/// The definition: mixes neighbours, then gates; each beside the identity.
inline PlainMap definition(const Block& block, const PlainMap& in, double bound) {
  const int h = in.height, w = in.width, channels = in.channels;
  auto hidden = pointwise(block, "mix_in", channels, in);
  for (double& value : hidden.data) value = value > 0 ? value : 0.1 * value;
  const auto branch = pointwise(block, "mix_out", channels, depthwise(block, hidden));
  const auto mixed = map_of(
      h, w, channels, [&](int y, int x, int c) { return in.at(y, x, c) + branch.at(y, x, c); });
  const auto halves = pointwise(block, "gate_in", 2 * channels, mixed);
  const auto gated = map_of(h, w, channels, [&](int y, int x, int c) {
    return halves.at(y, x, c) * std::clamp(halves.at(y, x, channels + c), 0.0, 2.0);
  });
  const auto out = pointwise(block, "gate_out", channels, gated);
  return map_of(h, w, channels, [&](int y, int x, int c) {
    return std::clamp(mixed.at(y, x, c) + out.at(y, x, c), -bound, bound);
  });
}

/// The same as the kernels take it. What is behind the last position is of no account.
inline void copy(const PlainMap& from, FeatureMap& to) {
  to.resize(from.height, from.width, padded_channels(from.channels));
  const auto positions = static_cast<std::size_t>(from.height * from.width);
  const auto stride = static_cast<std::size_t>(to.channels),
             count = static_cast<std::size_t>(from.channels);
  std::fill_n(to.memory.data(), positions * stride, 0.0F);
  std::fill_n(to.memory.data() + positions * stride, kTileSlack * stride, kNaN);
  for (std::size_t i = 0; i < from.data.size(); ++i)
    to.memory.data()[i / count * stride + i % count] = static_cast<float>(from.data[i]);
}

/// Values that float32 holds.
inline PlainMap random_map(Random& random, int height, int width, int channels) {
  PlainMap map(height, width, channels);
  const auto values = random_values(random, map.data.size());
  std::copy(values.begin(), values.end(), map.data.begin());
  return map;
}

/// Largest difference of the features of a map from others; what pads the channels must be zero.
inline double difference(const float* results, const PlainMap& expected) {
  const auto count = static_cast<std::size_t>(expected.channels);
  const auto stride = static_cast<std::size_t>(padded_channels(expected.channels));
  double most = 0;
  for (std::size_t i = 0; i < expected.data.size() / count * stride; ++i) {
    const std::size_t position = i / stride, channel = i % stride;
    const double value = channel < count ? expected.data[position * count + channel] : 0;
    most = std::max(most, std::abs(results[i] - value));
  }
  return most;
}

}  // namespace imgcnn::runtime
