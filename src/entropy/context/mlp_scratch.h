#pragma once
// What one thread needs to compute a context network.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "context_kernels.h"
#include "imgcnn/entropy/context_mlp.h"

namespace imgcnn::entropy {

/// A packed layer and its memory.
class OwnedLayer {
 public:
  void pack(const ContextKernels& kernels, const LayerWeights& layer, bool signed_inputs) {
    inputs_ = (2 * layer.pairs + 3) / 4 * 4;
    weights_.resize(inputs_ * layer.outputs);
    bias_.resize(layer.outputs);
    kernels.pack(layer, signed_inputs, packed());
  }
  [[nodiscard]] PackedLayer packed() {
    return {weights_.data(), bias_.data(), inputs_, bias_.size()};
  }

 private:
  std::size_t inputs_ = 0;
  std::vector<std::int16_t> weights_;
  std::vector<std::int32_t> bias_;
};

/// The layers of the channel at hand, and room for activations.
struct ContextMlp::Scratch {
  const ContextKernels* kernels = &best_context();
  OwnedLayer first, second, third;
  std::vector<std::uint8_t> wide, narrow;
};

}  // namespace imgcnn::entropy
