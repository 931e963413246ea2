// The kernels, written once for vectors of any instruction set: included by kernels_*.cpp behind a
// Simd of its own, in a namespace of its own, so that nothing compiled for one processor is linked
// into what runs on another. Standard templates are avoided here for the same reason.

// GCC keeps an array in registers only when every index is known before it allocates them: hence
// the unrolling.
#define IMGCNN_UNROLL _Pragma("GCC unroll 16")

using Floats = Simd::Floats;
using Ints = Simd::Ints;
constexpr int kWidth = Simd::kWidth;
constexpr int kRows = Simd::kRows;
constexpr int kFewRows = 4;
static_assert(kRows % 2 == 0 && kTile % kRows == 0 && kFewRows <= kTileSlack);

#include "product_kernels_inl.h"

#include "block_kernels_inl.h"
#include "gradient_kernels_inl.h"

class SimdKernels final : public Kernels {
 public:
  explicit SimdKernels(const char* name) : name_(name) {}
  [[nodiscard]] const char* name() const override { return name_; }
  [[nodiscard]] int width() const override { return kWidth; }

  void product(const PackedWeights& weights, const float* tile, std::size_t stride, int positions,
               const Epilogue& epilogue, Scratch& scratch) const override {
    if (weights.arithmetic() == Arithmetic::kFloat)
      return run_product(weights, FloatTile{tile, stride, positions}, epilogue);
    const auto in = static_cast<std::size_t>(weights.in());
    constexpr std::size_t kTileRows = kTile + kTileSlack;
    std::int16_t* const quantized = scratch.quantized.reserve(kTileRows * in);
    float* const scales = scratch.scales.reserve(kTileRows);
    quantize(tile, stride, positions, weights.in(), quantized, scales);
    run_product(weights, ShortTile{quantized, in, positions, scales}, epilogue);
  }

  void residual_block(const BlockWeights& weights, const BlockRows& rows,
                      Scratch& scratch) const override {
    if (weights.mix_in.arithmetic() == Arithmetic::kFloat) {
      BlockStrip<FloatTile>(weights, rows, scratch).run();
    } else {
      BlockStrip<ShortTile>(weights, rows, scratch).run();
    }
  }

  void gradient_to_depthwise(const BlockWeights& weights, const BlockGradientWeights& transposed,
                             const BlockGradientRows& rows, Scratch& scratch) const override {
    BlockGradient(weights, transposed, rows, scratch).to_depthwise();
  }
  void gradient_to_input(const BlockWeights& weights, const BlockGradientWeights& transposed,
                         const BlockGradientRows& rows, Scratch& scratch) const override {
    BlockGradient(weights, transposed, rows, scratch).to_input();
  }

 private:
  const char* name_;
};

#undef IMGCNN_UNROLL
