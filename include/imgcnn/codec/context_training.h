#pragma once
// Teaching a model file the start of its context models: what adapts within a picture begins where training pictures
// left it.

#include <memory>
#include <vector>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/entropy/context_network.h"
#include "imgcnn/image/image.h"

namespace imgcnn::codec {

class ContextTrainer {
 public:
  /// For a shipping model in memory. Throws kCorrupt, kDevice.
  ContextTrainer(const bitstream::TensorFile& model, const CodecOptions& options);
  ~ContextTrainer();
  ContextTrainer(ContextTrainer&&) noexcept;
  ContextTrainer& operator=(ContextTrainer&&) noexcept;

  /// Looks at a picture [3, H, W] in [0, 1] at a quality of 0..100 for which places of a latent tell most about which:
  /// before anything is learned. What was taught before is forgotten.
  void survey(const image::FloatImage& rgb, double quality);

  /// Learns from a picture. Without a survey: goes on from the start in the model, or from one that looks at the
  /// channels just before each.
  void learn(const image::FloatImage& rgb, double quality);

  /// Ends learning: from here on the starts adapt to pictures.
  void relax();

  /// What a network of the latent's context model would see of a picture. After `relax`.
  [[nodiscard]] std::vector<entropy::ContextObservation> observe(const image::FloatImage& rgb, double quality) const;

  /// Gives the latent's context model a network. Throws kCorrupt when it does not fit.
  void set_network(entropy::ContextNetwork::Weights weights);

  /// The same as `relax`, and puts what was learned into a model file ("context.*", "hyper_context.*").
  void put(bitstream::TensorFile& model);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace imgcnn::codec
