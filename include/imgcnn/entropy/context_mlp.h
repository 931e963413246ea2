#pragma once
// A small integer network, trained with the model, that predicts how a symbol differs from what its
// distribution says: features -> width -> 32 -> corrections of logits, rectified between the
// layers. All sums are integers that fit 32 bits, so every processor finds the same. Specification:
// FORMAT.md, section 1.7.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace imgcnn::entropy {

/// A reference is channel * kReferencePlaces + place; places are the same position and its
/// neighbours to the east, south, west and north. kNoReference where a channel has fewer.
constexpr std::size_t kReferencePlaces = 5;
constexpr std::int32_t kNoReference = -1;
/// References of each channel, most telling first: those seen with their sign, then those seen by
/// magnitude.
constexpr std::size_t kSignedReferences = 12, kMagnitudeReferences = 8;
constexpr std::size_t kReferences = kSignedReferences + kMagnitudeReferences;
/// The first ones are seen with their neighbours.
constexpr std::size_t kSurroundedReferences = 4;

/// Inputs of the linear prediction of a level: west, north, north-west, north-east, then the signed
/// references. Weights are in units of 2^-16, within +-kMostPredictorWeight.
constexpr std::size_t kPredictorInputs = 4 + kSignedReferences;
constexpr std::int32_t kMostPredictorWeight = 1 << 18;

/// Features of a symbol, integers within +-127.
constexpr std::size_t kContextFeatures =
    12 + 2 * kSignedReferences + 4 * kSurroundedReferences + 2 * kMagnitudeReferences + 4 + 4 + 10;
static_assert(kContextFeatures % 2 == 0);
/// Numbers from the features of a symbol to those of the next one.
constexpr std::size_t kFeatureStride = (kContextFeatures + 3) / 4 * 4;
/// A quality in sixteenths as a feature: (quality - 800) / kQualityUnit.
constexpr int kQualityUnit = 32;

/// What the network corrects: logits of |symbol| > 0, > 1 given > 0, and > k given >= k for all k
/// from 2 on, for either quantizer; of symbol < 0.
constexpr std::size_t kCorrections = 7;
constexpr std::size_t kSignCorrection = 6;
/// Numbers from the corrections of a symbol to those of the next one.
constexpr std::size_t kCorrectionStride = 16;

/// Weights as a model file holds them.
struct ContextMlpWeights {
  static constexpr std::size_t kNarrow = 32;     ///< outputs of the second layer
  static constexpr std::size_t kOutputs = 8;     ///< kCorrections, rounded up to pairs
  static constexpr std::size_t kWidthStep = 32;  ///< the first layer's width is a multiple
  static constexpr std::size_t kMostWidth = 256;
  /// Units: features and activations 2^-5, weights 2^-6, biases 2^-11, corrections 2^-8 nat.
  static constexpr int kActivationBits = 5, kWeightBits = 6, kLogitBits = 8;
  static constexpr std::int32_t kMostActivation = 255, kMostBias = 1 << 24;

  /// [channels][kPredictorInputs], with which each picture begins.
  std::vector<std::int32_t> predictors;
  std::vector<std::int32_t> references;   ///< [channels][kReferences]
  std::vector<std::int8_t> first;         ///< [channels][kContextFeatures / 2][width][2]
  std::vector<std::int32_t> first_bias;   ///< [channels][width]
  std::vector<std::int8_t> second;        ///< [width / 2][kNarrow][2]
  std::vector<std::int32_t> second_bias;  ///< [channels][kNarrow]
  std::vector<std::int8_t> third;         ///< [channels][kNarrow / 2][kOutputs][2]
  std::vector<std::int32_t> third_bias;   ///< [channels][kOutputs]
};

/// Immutable, hence safe to share among threads.
class ContextMlp {
 public:
  /// Throws kCorrupt naming `name` unless all sizes fit the channels and each other and every value
  /// is within bounds.
  ContextMlp(ContextMlpWeights weights, int channels, const std::string& name);

  [[nodiscard]] const ContextMlpWeights& weights() const { return weights_; }
  [[nodiscard]] std::size_t width() const { return width_; }

  struct Scratch;  ///< memory of one thread, see src/entropy/context/mlp_scratch.h

  /// Prepares the layers of a channel.
  void begin_channel(int channel, Scratch& scratch) const;
  /// Writes corrections [count][kCorrectionStride], kCorrections of them used, of symbols of the
  /// channel that was begun, from features [count][kFeatureStride], zeros behind kContextFeatures
  /// of them.
  void correct(const std::int8_t* features, std::size_t count, std::int16_t* corrections,
               Scratch& scratch) const;

 private:
  ContextMlpWeights weights_;
  std::size_t width_;
};

}  // namespace imgcnn::entropy
