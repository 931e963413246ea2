// The network's checks and its arithmetic.

#include "imgcnn/entropy/context_network.h"

#include <utility>

#include "imgcnn/base/error.h"
#include "network_layers.h"
#include "value_range.h"

namespace imgcnn::entropy {
namespace {

static_assert(ContextNetwork::kFeatures * ContextNetwork::kMostFeature * 32768 + ContextNetwork::kMostBias <
              std::size_t{1} << 31);

}  // namespace

ContextNetwork::ContextNetwork(Weights weights, int channels, const std::string& name) : weights_(std::move(weights)) {
  const auto c = static_cast<std::size_t>(channels);
  width_ = weights_.first_bias.size() / c;
  const std::size_t w = width_, layer = w * kFeatures;
  const bool shared = weights_.first.size() == layer;
  const bool fits = w > 0 && w <= kMostWidth && w % kNarrow == 0 && (shared || weights_.first.size() == c * layer) &&
                    weights_.first_bias.size() == c * w && weights_.second.size() == kNarrow * w &&
                    weights_.second_bias.size() == kNarrow && weights_.third.size() == kDecisions * kNarrow &&
                    weights_.third_bias.size() == c * kDecisions;
  require(fits, ErrorCode::kCorrupt, name + ": sizes do not fit the model");
  const bool bounded = within(weights_.second, most_weight(w)) && within(weights_.third, most_weight(kNarrow)) &&
                       within(weights_.first_bias, kMostBias) && within(weights_.second_bias, kMostBias) &&
                       within(weights_.third_bias, kMostBias);
  require(bounded, ErrorCode::kCorrupt, name + ": a weight is out of range");
  first_stride_ = shared ? 0 : layer;
  for (auto from = weights_.first.begin(); from != weights_.first.end(); from += static_cast<std::ptrdiff_t>(layer)) {
    const auto pairs = by_pairs({from, from + static_cast<std::ptrdiff_t>(layer)}, kFeatures);
    first_pairs_.insert(first_pairs_.end(), pairs.begin(), pairs.end());
  }
  second_pairs_ = by_pairs(weights_.second, w);
}

ContextNetwork::Corrections ContextNetwork::correct(int channel, const Features& features) const {
  const std::int16_t* const first = first_pairs_.data() + static_cast<std::size_t>(channel) * first_stride_;
  const Layers layers{first, second_pairs_.data(), weights_, width_};
#ifdef IMGCNN_AVX2_AT_HAND
  if (kHasAvx2) return run_layers_avx2(layers, static_cast<std::size_t>(channel), features);
#endif
  return run_layers<PlainBlock>(layers, static_cast<std::size_t>(channel), features);
}

}  // namespace imgcnn::entropy
