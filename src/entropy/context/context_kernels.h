#pragma once
// What the context coder computes by the vectors of one instruction set: layers of its network, and
// its linear prediction. All give the same integers, whatever they multiply at once: bytes by
// AVX-512 VNNI, 16-bit integers elsewhere.

#include <cstddef>
#include <cstdint>

#include "imgcnn/entropy/context_mlp.h"

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

/// Of the linear prediction: one learns slowly, and is the better the more alike a picture is
/// everywhere; one learns fast.
constexpr std::size_t kPredictorRates = 2;
/// Binary places of a step beyond those of the weights.
constexpr int kPredictorStepPlaces = 6;

/// Weights of a channel by rate, within +-kMostPredictorWeight.
using PredictorWeights = std::int32_t[kPredictorRates][kPredictorInputs];
/// What the prediction of one symbol sees: values within +-kMostValue.
struct PredictorRow {
  std::int32_t inputs[kPredictorInputs];
};
/// Sums over these.
struct PredictorSums {
  std::int32_t products[kPredictorRates];  ///< with the weights
  std::int32_t energy;                     ///< with themselves
};
/// How far one symbol moves the weights.
struct PredictorSteps {
  std::int32_t by_rate[kPredictorRates];
};

struct ContextKernels {
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
  /// Writes the sums of `count` symbols.
  void (*predict)(const PredictorWeights& weights, const PredictorRow* rows, std::size_t count,
                  PredictorSums* sums);
  /// Adds (step * inputs) >> kPredictorStepPlaces to the weights of each rate, and limits them to
  /// +-kMostPredictorWeight, one symbol after the other. Requires: step * input fits 32 bits.
  void (*adapt)(const PredictorRow* rows, const PredictorSteps* steps, std::size_t count,
                PredictorWeights& weights);
};

[[nodiscard]] const ContextKernels& plain_context();
/// Null where the processor lacks the instructions.
[[nodiscard]] const ContextKernels* avx2_context();
[[nodiscard]] const ContextKernels* avx512_context();
/// The fastest that the processor reports; see base/simd/instruction_set.h.
[[nodiscard]] const ContextKernels& best_context();

}  // namespace imgcnn::entropy
