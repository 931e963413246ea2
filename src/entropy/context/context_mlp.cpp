// Bounds of what a model file holds, and the three layers.

#include "imgcnn/entropy/context_mlp.h"

#include <algorithm>
#include <utility>

#include "../value_range.h"
#include "imgcnn/base/error.h"
#include "mlp_kernels.h"

namespace imgcnn::entropy {
namespace {

using W = ContextMlpWeights;

/// Vectors of every instruction set divide this many outputs.
constexpr std::size_t kPaddedOutputs = 16;
/// Corrections are limited to what moves any logit from one end to the other.
constexpr std::int32_t kMostCorrection = 8191;

void check_references(const std::vector<std::int32_t>& references, int channels, const std::string& name) {
  require(references.size() == static_cast<std::size_t>(channels) * kReferences, ErrorCode::kCorrupt,
          name + ": not " + std::to_string(kReferences) + " references a channel");
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto channel = static_cast<std::int32_t>(i / kReferences);
    require(references[i] == kNoReference ||
                (references[i] >= 0 && references[i] / static_cast<std::int32_t>(kReferencePlaces) < channel),
            ErrorCode::kCorrupt, name + ": a reference that is not decoded before its channel");
  }
}

void widen(const std::int8_t* from, std::size_t count, std::vector<std::int16_t>& to) { to.assign(from, from + count); }

}  // namespace

ContextMlp::ContextMlp(ContextMlpWeights weights, int channels, const std::string& name)
    : weights_(std::move(weights)), width_(weights_.first_bias.size() / static_cast<std::size_t>(channels)) {
  const auto c = static_cast<std::size_t>(channels);
  check_references(weights_.references, channels, name);
  require(width_ >= W::kWidthStep && width_ <= W::kMostWidth && width_ % W::kWidthStep == 0 &&
              weights_.first_bias.size() == c * width_ && weights_.first.size() == c * kContextFeatures * width_ &&
              weights_.second.size() == width_ * W::kNarrow && weights_.second_bias.size() == c * W::kNarrow &&
              weights_.third.size() == c * W::kNarrow * W::kOutputs && weights_.third_bias.size() == c * W::kOutputs,
          ErrorCode::kCorrupt, name + ": the layers' sizes do not fit");
  require(within(weights_.first_bias, W::kMostBias) && within(weights_.second_bias, W::kMostBias) &&
              within(weights_.third_bias, W::kMostBias),
          ErrorCode::kCorrupt, name + ": a bias is out of range");
}

void ContextMlp::correct(int channel, const std::int16_t* features, std::size_t count, std::int16_t* corrections,
                         Scratch& scratch) const {
  if (count == 0) return;
  const auto c = static_cast<std::size_t>(channel);
  if (scratch.channel != channel) {
    widen(weights_.first.data() + c * kContextFeatures * width_, kContextFeatures * width_, scratch.first);
    if (scratch.second.empty()) widen(weights_.second.data(), weights_.second.size(), scratch.second);
    scratch.third.assign(W::kNarrow * kPaddedOutputs, 0);
    scratch.third_bias.assign(kPaddedOutputs, 0);
    const std::int8_t* const third = weights_.third.data() + c * W::kNarrow * W::kOutputs;
    for (std::size_t p = 0; p < W::kNarrow / 2; ++p)
      std::copy_n(third + p * 2 * W::kOutputs, 2 * W::kOutputs,
                  scratch.third.begin() + static_cast<std::ptrdiff_t>(p * 2 * kPaddedOutputs));
    std::copy_n(weights_.third_bias.begin() + static_cast<std::ptrdiff_t>(c * W::kOutputs), W::kOutputs,
                scratch.third_bias.begin());
    scratch.channel = channel;
  }
  static const ApplyLayer apply = best_layer();
  scratch.wide.resize(std::max(scratch.wide.size(), count * width_));
  scratch.narrow.resize(std::max(scratch.narrow.size(), count * W::kNarrow));
  apply({scratch.first.data(), weights_.first_bias.data() + c * width_, kContextFeatures / 2, width_, W::kWeightBits, 0,
         W::kMostActivation},
        features, kContextFeatures, count, scratch.wide.data(), width_);
  apply({scratch.second.data(), weights_.second_bias.data() + c * W::kNarrow, width_ / 2, W::kNarrow, W::kWeightBits, 0,
         W::kMostActivation},
        scratch.wide.data(), width_, count, scratch.narrow.data(), W::kNarrow);
  apply({scratch.third.data(), scratch.third_bias.data(), W::kNarrow / 2, kPaddedOutputs,
         W::kActivationBits + W::kWeightBits - W::kLogitBits, -kMostCorrection, kMostCorrection},
        scratch.narrow.data(), W::kNarrow, count, corrections, kCorrectionStride);
}

}  // namespace imgcnn::entropy
