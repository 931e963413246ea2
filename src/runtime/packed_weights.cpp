#include "packed_weights.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>

namespace imgcnn::runtime {
namespace {

/// Step of an output's weights: fine enough for 16 bits, and coarse enough for sums of 32. Zero
/// where they are too small for a step that float32 can invert.
float step_of(const float* weights, int in) {
  // Rounding may add half a step a weight.
  const double most = static_cast<double>(INT32_MAX) / kActivationLimit - 0.5 * in - 1;
  double sum = 0, largest = 0;
  for (int i = 0; i < in; ++i) {
    const double magnitude = std::abs(static_cast<double>(weights[i]));
    sum += magnitude;
    largest = std::max(largest, magnitude);
  }
  const double step = std::max(sum / most, largest / INT16_MAX);
  return step < FLT_MIN ? 0 : static_cast<float>(step);
}

}  // namespace

PackedWeights::PackedWeights(const Matrix& matrix, Arithmetic arithmetic, int width)
    : arithmetic_(arithmetic),
      in_(padded_channels(matrix.in)),
      out_(padded_channels(matrix.out)),
      width_(width) {
  const int panel = 2 * width;
  panels_ = (out_ + panel - 1) / panel;
  const auto outputs = static_cast<std::size_t>(panels_) * static_cast<std::size_t>(panel);
  const auto in = static_cast<std::size_t>(in_), row = static_cast<std::size_t>(matrix.in);
  std::fill_n(bias_.reserve(outputs), outputs, 0.0F);
  std::copy(matrix.bias.begin(), matrix.bias.end(), bias_.data());
  if (arithmetic == Arithmetic::kFloat) {
    std::fill_n(floats_.reserve(outputs * in), outputs * in, 0.0F);
  } else {
    std::fill_n(shorts_.reserve(outputs * in), outputs * in, std::int16_t{0});
    std::fill_n(scales_.reserve(outputs), outputs, 0.0F);
  }
  for (int o = 0; o < matrix.out; ++o) {
    const float* const weights = matrix.weights.data() + static_cast<std::size_t>(o) * row;
    const auto lane = static_cast<std::size_t>(o % panel);
    const std::size_t first = offset(o / panel);
    const auto step = static_cast<std::size_t>(panel);
    if (arithmetic == Arithmetic::kFloat) {
      for (std::size_t i = 0; i < row; ++i) floats_.data()[first + i * step + lane] = weights[i];
      continue;
    }
    const float scale = step_of(weights, matrix.in), inverse = scale > 0 ? 1 / scale : 0;
    scales_.data()[o] = scale;
    for (std::size_t i = 0; i < row; ++i) {
      shorts_.data()[first + (i / 2 * step + lane) * 2 + i % 2] = static_cast<std::int16_t>(
          std::nearbyint(std::clamp(weights[i] * inverse, -32767.0F, 32767.0F)));
    }
  }
}

Matrix with_rows(const Matrix& matrix, int rows, const std::function<int(int)>& from) {
  const auto in = static_cast<std::size_t>(matrix.in);
  Matrix result{rows, matrix.in, std::vector<float>(static_cast<std::size_t>(rows) * in),
                std::vector<float>(static_cast<std::size_t>(rows))};
  for (int to = 0; to < rows; ++to) {
    const int source = from(to);
    if (source < 0) continue;
    const auto begin =
        matrix.weights.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(source) * in);
    std::copy_n(
        begin, in,
        result.weights.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(to) * in));
    result.bias[static_cast<std::size_t>(to)] = matrix.bias[static_cast<std::size_t>(source)];
  }
  return result;
}

}  // namespace imgcnn::runtime
