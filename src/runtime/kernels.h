#pragma once
// What is computed by the vectors of one instruction set. Everything else of the runtime is plain
// C++.
//
// A feature map lies channels last: [height][width][channels], float32, channels padded to
// kChannelBlock. A layer's work is cut into tiles of up to kTile positions of a row, so that a tile
// and its results stay in the first two caches; the tile is multiplied by panels of weights
// (packed_weights.h), and what is done to each sum (bias, activation, residual, the place where it
// goes) is done while it still lies in registers. Compare Van Zee, van de Geijn, "BLIS: a framework
// for rapidly instantiating BLAS functionality", ACM TOMS 2015.

#include <cstddef>
#include <cstdint>

#include "buffer.h"
#include "packed_weights.h"

namespace imgcnn::runtime {

constexpr int kTile = 48;  ///< positions; a multiple of every micro-tile
/// Rows that a tile must have room for beyond its positions: micro-tiles are computed whole.
constexpr int kTileSlack = 4;

constexpr float kLeak = 0.1F;       ///< slope of the leaky ReLU left of zero
constexpr float kGateBound = 2.0F;  ///< of the gates of residual blocks
constexpr float kMiddle = 0.5F;     ///< of the range of samples, which networks see around zero

/// What becomes of the sums of a product: v = product + bias.
enum class EpilogueKind {
  kStore,  ///< out[position][output] = v
  kRelu,   ///< = max(v, 0)
  kLeaky,  ///< = max(v, kLeak * v)
  kScale,  ///< = v * factor[output]
  /// Outputs are [2][2][channels]: v * factor[output] goes to twice the resolution; `stride` = of a
  /// row.
  kUpsample,
  kPixels16,  ///< outputs are [3][16][16]: planes of samples, v + kMiddle
  kPixels8,   ///< outputs are [3][8][8]: planes of samples, += v * pixel_scale
};

struct Epilogue {
  EpilogueKind kind = EpilogueKind::kStore;
  float* out = nullptr;  ///< of the tile's first position
  /// Floats from one position to the next; kUpsample, kPixels: from row to row.
  std::size_t stride = 0;
  const float* factor = nullptr;  ///< kScale, kUpsample: [output]
  std::size_t plane = 0;          ///< kPixels: floats of a plane
  int channels = 0;               ///< kUpsample: padded
  float pixel_scale = 1.0F;
};

/// Memory of one thread.
struct Scratch {
  Buffer<float> tile, ring, depthwise, mixed, gated, sums, halves;
  Buffer<std::int16_t> quantized;
  Buffer<float> scales;
};

/// Residual block of nn/layers.h, packed.
struct BlockWeights {
  int channels = 0;  ///< padded
  /// gate_in: each panel one vector of either half.
  PackedWeights mix_in, mix_out, gate_in, gate_out;
  Buffer<float> depthwise;  ///< [9][channels], then the bias [channels]
};

/// Rows [first, last) of a residual block: in, out: whole maps [height][width][channels], not the
/// same. Features of the result are clamped to +-bound.
struct BlockRows {
  const float* in = nullptr;
  float* out = nullptr;
  int height = 0, width = 0, first = 0, last = 0;
  float bound = 0.0F;
};

/// The matrices of a residual block once more, transposed: what its gradient goes back through.
/// kFloat.
struct BlockGradientWeights {
  PackedWeights mix_in, mix_out, gate_in, gate_out;  ///< inputs of gate_in: either half in turn
};

/// Rows [first, last) of a block's gradient; maps [height][width][channels]. `in`, `out`: of the
/// block's forward pass; hidden: lrelu(mix_in(in)).
struct BlockGradientRows {
  const float* in = nullptr;
  const float* out = nullptr;
  const float* hidden = nullptr;
  const float* gradient = nullptr;  ///< with respect to `out`
  float* mixed = nullptr;           ///< gradient with respect to the first half's result
  float* depthwise = nullptr;       ///< and to what its depthwise convolution gives
  float* result = nullptr;          ///< and to `in`
  int height = 0, width = 0, first = 0, last = 0;
  float bound = 0.0F;
};

class Kernels {
 public:
  virtual ~Kernels();
  [[nodiscard]] virtual const char* name() const = 0;
  [[nodiscard]] virtual int width() const = 0;  ///< floats of a vector
  /// tile: [positions + kTileSlack][stride], positions <= kTile, stride >= weights.in().
  virtual void product(const PackedWeights& weights, const float* tile, std::size_t stride,
                       int positions, const Epilogue& epilogue, Scratch& scratch) const = 0;
  virtual void residual_block(const BlockWeights& weights, const BlockRows& rows,
                              Scratch& scratch) const = 0;
  /// Back through a block whose weights are kFloat, down to `mixed` and `depthwise`. All of these
  /// are needed before the second half, which goes on to `result`. Where a feature was clamped, a
  /// gradient that leads further out is dropped.
  virtual void gradient_to_depthwise(const BlockWeights& weights,
                                     const BlockGradientWeights& transposed,
                                     const BlockGradientRows& rows, Scratch& scratch) const = 0;
  virtual void gradient_to_input(const BlockWeights& weights,
                                 const BlockGradientWeights& transposed,
                                 const BlockGradientRows& rows, Scratch& scratch) const = 0;
};

[[nodiscard]] const Kernels& plain_kernels();
/// Null where the processor lacks them.
[[nodiscard]] const Kernels* avx2_kernels();
[[nodiscard]] const Kernels* avx512_kernels();

/// The fastest that the processor reports. $IMGCNN_SIMD (plain, avx2, avx512) asks for another, for
/// tests and measurements; what is not there is passed over.
[[nodiscard]] const Kernels& best_kernels();

}  // namespace imgcnn::runtime
