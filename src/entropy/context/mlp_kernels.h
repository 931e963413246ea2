#pragma once
// One layer of the context network by the vectors of one instruction set; all give the same integers.

#include <cstddef>
#include <cstdint>

namespace imgcnn::entropy {

/// A layer with its weights widened to 16 bits.
struct DenseLayer {
  const std::int16_t* weights;  ///< [pairs][outputs][2]
  const std::int32_t* bias;     ///< [outputs]
  std::size_t pairs, outputs;   ///< outputs: a multiple of 16
  int shift;                    ///< binary places that sums lose
  std::int32_t least, most;     ///< bounds of results
};

/// out[i][o] = clamp((bias[o] + sum over inputs of weight * in[i][input]) >> shift, least, most). Strides count
/// numbers.
using ApplyLayer = void (*)(const DenseLayer& layer, const std::int16_t* in, std::size_t in_stride, std::size_t count,
                            std::int16_t* out, std::size_t out_stride);

[[nodiscard]] ApplyLayer plain_layer();
/// Null where the processor lacks the instructions.
[[nodiscard]] ApplyLayer avx2_layer();
[[nodiscard]] ApplyLayer avx512_layer();
/// The fastest that the processor reports; see base/simd/instruction_set.h.
[[nodiscard]] ApplyLayer best_layer();

}  // namespace imgcnn::entropy
