#pragma once
// Teaching a model file the start of its context models: what adapts within a picture begins where training pictures left it.

#include <memory>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/image/image.h"

namespace imgcnn::codec {

class ContextTrainer {
 public:
  /// For a shipping model in memory; goes on from the start in it, if there is one. Throws kCorrupt, kDevice.
  ContextTrainer(const bitstream::TensorFile& model, const CodecOptions& options);
  ~ContextTrainer();
  ContextTrainer(ContextTrainer&&) noexcept;
  ContextTrainer& operator=(ContextTrainer&&) noexcept;

  /// Learns from a picture [3, H, W] in [0, 1] at a quality of 0..100.
  void learn(const image::FloatImage& rgb, double quality);

  /// Puts what was learned into a model file ("context.*", "hyper_context.*").
  void put(bitstream::TensorFile& model);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace imgcnn::codec
