#pragma once
// The weights of a matrix product in the order in which the micro-kernel reads them.

#include <cstdint>
#include <functional>
#include <vector>

#include "buffer.h"

namespace imgcnn::runtime {

/// Channels are counted in whole blocks of so many, the vectors of the widest instruction set; what
/// is beyond the layer's own is zero.
constexpr int kChannelBlock = 16;

[[nodiscard]] constexpr int padded_channels(int channels) {
  return (channels + kChannelBlock - 1) / kChannelBlock * kChannelBlock;
}

/// In what the products of a layer are summed.
///
/// kFloat: float32. kInt16: activations become integers of 14 bits with one scale a position,
/// weights integers of 16 bits with one scale an output such that sums of their products fit 32
/// bits whatever the activations are. With it every instruction set gives the same bits, as sums of
/// integers have no order and the rest is done in one.
enum class Arithmetic { kFloat, kInt16 };

/// Largest magnitude of a quantized activation.
constexpr int kActivationLimit = 8191;

/// A matrix [out, in] and a bias [out], or the product of several such.
struct Matrix {
  int out = 0, in = 0;
  std::vector<float> weights;  ///< row-major
  std::vector<float> bias;     ///< [out]
};

/// A panel holds two vectors of outputs, for each input in turn: [panel][in][2 * width], for kInt16
/// [panel][in / 2][2 * width][2].
class PackedWeights {
 public:
  PackedWeights() = default;
  /// width: floats of a vector. Outputs and inputs are padded to blocks of channels.
  PackedWeights(const Matrix& matrix, Arithmetic arithmetic, int width);

  [[nodiscard]] Arithmetic arithmetic() const { return arithmetic_; }
  [[nodiscard]] int in() const { return in_; }    ///< padded
  [[nodiscard]] int out() const { return out_; }  ///< padded to blocks of channels
  [[nodiscard]] int panels() const { return panels_; }
  [[nodiscard]] const float* floats(int panel) const { return floats_.data() + offset(panel); }
  [[nodiscard]] const std::int16_t* shorts(int panel) const {
    return shorts_.data() + offset(panel);
  }
  [[nodiscard]] const float* bias(int panel) const { return bias_.data() + per_output(panel); }
  /// What a step of an output's weights is worth; kInt16 only.
  [[nodiscard]] const float* scales(int panel) const { return scales_.data() + per_output(panel); }

 private:
  [[nodiscard]] std::size_t offset(int panel) const {
    return per_output(panel) * static_cast<std::size_t>(in_);
  }
  [[nodiscard]] std::size_t per_output(int panel) const {
    return static_cast<std::size_t>(panel) * static_cast<std::size_t>(2 * width_);
  }

  Arithmetic arithmetic_ = Arithmetic::kFloat;
  int in_ = 0, out_ = 0, panels_ = 0, width_ = 0;
  Buffer<float> floats_, bias_, scales_;
  Buffer<std::int16_t> shorts_;
};

/// Moves row `to` of the result from row `from(to)` of the matrix; -1 = zeros.
[[nodiscard]] Matrix with_rows(const Matrix& matrix, int rows, const std::function<int(int)>& from);

}  // namespace imgcnn::runtime
