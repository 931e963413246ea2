#pragma once
// One layer of the context network by the vectors of one instruction set. All give the same
// integers, whatever they multiply at once: bytes by AVX-512 VNNI, 16-bit integers elsewhere.

#include <cstddef>
#include <cstdint>

namespace imgcnn::entropy {

/// A layer as a model file holds it.
struct LayerWeights {
  const std::int8_t* weights;  ///< [pairs][outputs][2]
  const std::int32_t* bias;    ///< [outputs]
  std::size_t pairs, outputs;  ///< outputs: a multiple of 16
};

/// The same as one set of kernels reads it, in memory of somebody else.
struct PackedLayer {
  /// Room for inputs * outputs: of bytes, [groups][outputs][4], or of 16 bits, [..][2].
  std::int16_t* weights;
  std::int32_t* bias;  ///< [outputs]
  /// A multiple of 4: rows of inputs have that much room, zeros at their end.
  std::size_t inputs;
  std::size_t outputs;
};

/// Rows of inputs or results, one a symbol; strides count numbers.
template <class T>
struct Rows {
  T* data;
  std::size_t stride;
};

struct MlpKernels {
  /// signed_inputs: those of the layer are features, else activations.
  void (*pack)(const LayerWeights& layer, bool signed_inputs, const PackedLayer& packed);
  /// activations[i][o] = clamp((bias[o] + sum of weights * features[i]) >> shift, 0, 255).
  void (*from_features)(const PackedLayer& layer, Rows<const std::int8_t> features,
                        std::size_t count, int shift, Rows<std::uint8_t> activations);
  /// The same from activations.
  void (*from_activations)(const PackedLayer& layer, Rows<const std::uint8_t> in, std::size_t count,
                           int shift, Rows<std::uint8_t> out);
  /// The same, limited to +-most.
  void (*to_corrections)(const PackedLayer& layer, Rows<const std::uint8_t> in, std::size_t count,
                         int shift, std::int32_t most, Rows<std::int16_t> out);
};

[[nodiscard]] const MlpKernels& plain_mlp();
/// Null where the processor lacks the instructions.
[[nodiscard]] const MlpKernels* avx2_mlp();
[[nodiscard]] const MlpKernels* avx512_mlp();
/// The fastest that the processor reports; see base/simd/instruction_set.h.
[[nodiscard]] const MlpKernels& best_mlp();

}  // namespace imgcnn::entropy
