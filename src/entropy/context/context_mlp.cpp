// Bounds of what a model file holds, and the three layers.

#include "imgcnn/entropy/context_mlp.h"

#include <algorithm>
#include <array>
#include <utility>

#include "../value_range.h"
#include "imgcnn/base/error.h"
#include "mlp_scratch.h"

namespace imgcnn::entropy {
namespace {

using W = ContextMlpWeights;

/// Corrections are limited to what moves any logit from one end to the other.
constexpr std::int32_t kMostCorrection = 8191;

void check_references(const std::vector<std::int32_t>& references, int channels,
                      const std::string& name) {
  require(references.size() == static_cast<std::size_t>(channels) * kReferences,
          ErrorCode::kCorrupt,
          name + ": not " + std::to_string(kReferences) + " references a channel");
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto channel = static_cast<std::int32_t>(i / kReferences);
    require(references[i] == kNoReference ||
                (references[i] >= 0 &&
                 references[i] / static_cast<std::int32_t>(kReferencePlaces) < channel),
            ErrorCode::kCorrupt, name + ": a reference that is not decoded before its channel");
  }
}

}  // namespace

ContextMlp::ContextMlp(ContextMlpWeights weights, int channels, const std::string& name)
    : weights_(std::move(weights)),
      width_(weights_.first_bias.size() / static_cast<std::size_t>(channels)) {
  const auto c = static_cast<std::size_t>(channels);
  check_references(weights_.references, channels, name);
  require(weights_.predictors.size() == c * kPredictorInputs &&
              within(weights_.predictors, kMostPredictorWeight),
          ErrorCode::kCorrupt, name + ": the predictors do not fit");
  require(width_ >= W::kWidthStep && width_ <= W::kMostWidth && width_ % W::kWidthStep == 0 &&
              weights_.first_bias.size() == c * width_ &&
              weights_.first.size() == c * kContextFeatures * width_ &&
              weights_.second.size() == width_ * W::kNarrow &&
              weights_.second_bias.size() == c * W::kNarrow &&
              weights_.third.size() == c * W::kNarrow * W::kOutputs &&
              weights_.third_bias.size() == c * W::kOutputs,
          ErrorCode::kCorrupt, name + ": the layers' sizes do not fit");
  require(within(weights_.first_bias, W::kMostBias) && within(weights_.second_bias, W::kMostBias) &&
              within(weights_.third_bias, W::kMostBias),
          ErrorCode::kCorrupt, name + ": a bias is out of range");
}

void ContextMlp::begin_channel(int channel, Scratch& scratch) const {
  const auto c = static_cast<std::size_t>(channel);
  const ContextKernels& kernels = *scratch.kernels;
  scratch.first.pack(kernels,
                     {weights_.first.data() + c * kContextFeatures * width_,
                      weights_.first_bias.data() + c * width_, kContextFeatures / 2, width_},
                     true);
  scratch.second.pack(kernels,
                      {weights_.second.data(), weights_.second_bias.data() + c * W::kNarrow,
                       width_ / 2, W::kNarrow},
                      false);
  // Outputs that nobody asks for fill the vectors.
  std::array<std::int8_t, W::kNarrow * kCorrectionStride> third{};
  std::array<std::int32_t, kCorrectionStride> third_bias{};
  const std::int8_t* const own = weights_.third.data() + c * W::kNarrow * W::kOutputs;
  for (std::size_t p = 0; p < W::kNarrow / 2; ++p)
    std::copy_n(own + p * 2 * W::kOutputs, 2 * W::kOutputs,
                third.data() + p * 2 * kCorrectionStride);
  std::copy_n(weights_.third_bias.data() + c * W::kOutputs, W::kOutputs, third_bias.data());
  scratch.third.pack(kernels, {third.data(), third_bias.data(), W::kNarrow / 2, kCorrectionStride},
                     false);
}

void ContextMlp::correct(const std::int8_t* features, std::size_t count, std::int16_t* corrections,
                         Scratch& scratch) const {
  scratch.wide.resize(std::max(scratch.wide.size(), count * width_));
  scratch.narrow.resize(std::max(scratch.narrow.size(), count * W::kNarrow));
  const ContextKernels& kernels = *scratch.kernels;
  kernels.from_features(scratch.first.packed(), {features, kFeatureStride}, count, W::kWeightBits,
                        {scratch.wide.data(), width_});
  kernels.from_activations(scratch.second.packed(), {scratch.wide.data(), width_}, count,
                           W::kWeightBits, {scratch.narrow.data(), W::kNarrow});
  kernels.to_corrections(scratch.third.packed(), {scratch.narrow.data(), W::kNarrow}, count,
                         W::kActivationBits + W::kWeightBits - W::kLogitBits, kMostCorrection,
                         {corrections, kCorrectionStride});
}

}  // namespace imgcnn::entropy
