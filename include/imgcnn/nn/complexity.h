#pragma once
// What a model costs, counted while its modules run: multiply-accumulates (MAC) of the convolutions
// for each pixel.

#include <cstdint>

#include "imgcnn/nn/compression_model.h"

namespace imgcnn::nn {

/// Counts the multiply-accumulates of every `Conv` that runs on this thread while the counter
/// lives; an outer counter sees those of an inner one too. Borders count in full. Not counted:
/// activations, rate factors, pooling.
class MacCounter {
 public:
  MacCounter();
  ~MacCounter();
  MacCounter(const MacCounter&) = delete;
  MacCounter& operator=(const MacCounter&) = delete;

  [[nodiscard]] std::int64_t count() const { return count_; }

  /// For modules: adds to the counters of this thread; nothing happens where there are none.
  static void add(std::int64_t macs);

 private:
  std::int64_t count_ = 0;
  MacCounter* outer_;
};

/// MAC a pixel of a picture whose sides are multiples of 64. Entropy coding and the context coder
/// are not in it.
struct Complexity {
  double encode = 0.0;  ///< analysis, hyper-analysis, hyper-synthesis, scale network
  double decode = 0.0;  ///< hyper-synthesis, scale network, synthesis
};

/// Runs the model once on a blank picture of 64x64. `model` must be on the CPU.
[[nodiscard]] Complexity measure_complexity(CompressionModel& model);

/// MAC of the integer scale network (entropy/integer_scale_network.h) for each hyper-latent
/// position, from its shapes: it is no module. 0 without a hyper-latent.
[[nodiscard]] std::int64_t scale_network_macs(const model::ModelConfig& config);

/// Stores what `measure_complexity` finds as metadata kEncodeComplexity and kDecodeComplexity
/// (model/config.h).
void put_complexity(bitstream::TensorFile& file, CompressionModel& model);

}  // namespace imgcnn::nn
