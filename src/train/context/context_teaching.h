#pragma once
// Teaching a model file its context coders: references and networks for the latent and, where there
// is one, for the hyper-latent.

#include <functional>
#include <string>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/image/image.h"

namespace imgcnn::train {

struct TeachingOptions {
  codec::CodecOptions codec;
  /// Of the latent's network, a multiple of ContextMlpWeights::kWidthStep.
  int width = 64;
  int survey_pictures = 160;  ///< from which references are chosen
  int pictures = 1920;        ///< from which the networks learn, each at one quality
  /// Picture number i [3, H, W] in [0, 1]; each number is asked for once.
  std::function<image::FloatImage(int)> picture;
};

/// Replaces the context coders of a shipping model in memory. A network that saves no bits of
/// pictures that it did not learn from is left out. Throws kCorrupt, kDevice.
void teach_context(bitstream::TensorFile& model, const TeachingOptions& options);

}  // namespace imgcnn::train
