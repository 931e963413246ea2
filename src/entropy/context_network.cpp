// The network's checks and its arithmetic.

#include "imgcnn/entropy/context_network.h"

#include "imgcnn/base/error.h"
#include "network_layers.h"
#include "value_range.h"

namespace imgcnn::entropy {
namespace {

static_assert(ContextNetwork::kFeatures * ContextNetwork::kMostFeature * 32768 + ContextNetwork::kMostBias <
              std::size_t{1} << 31);

}  // namespace

ContextNetwork::ContextNetwork(const Weights& weights, int channels, const std::string& name) {
  const auto c = static_cast<std::size_t>(channels);
  const std::size_t w = weights.first_bias.size() / c, layer = w * kFeatures;
  const bool shared = weights.first.size() == layer;
  const bool fits = w > 0 && w <= kMostWidth && w % kNarrow == 0 && (shared || weights.first.size() == c * layer) &&
                    weights.first_bias.size() == c * w && weights.second.size() == kNarrow * w &&
                    weights.second_bias.size() == kNarrow && weights.third.size() == kDecisions * kNarrow &&
                    weights.third_bias.size() == c * kDecisions;
  require(fits, ErrorCode::kCorrupt, name + ": sizes do not fit the model");
  const bool bounded = within(weights.second, most_weight(w)) && within(weights.third, most_weight(kNarrow)) &&
                       within(weights.first_bias, kMostBias) && within(weights.second_bias, kMostBias) &&
                       within(weights.third_bias, kMostBias);
  require(bounded, ErrorCode::kCorrupt, name + ": a weight is out of range");
  width_ = w;
  first_stride_ = shared ? 0 : layer;
  // Most of a model's tables: written once, into memory that is taken once.
  first_pairs_.resize(weights.first.size());
  for (std::size_t start = 0; start < weights.first.size(); start += layer)
    put_by_pairs(weights.first.data() + start, w, kFeatures, first_pairs_.data() + start);
  second_pairs_.resize(weights.second.size());
  put_by_pairs(weights.second.data(), kNarrow, w, second_pairs_.data());
  rest_ = {{}, weights.first_bias, {}, weights.second_bias, weights.third, weights.third_bias};
}

ContextNetwork::Corrections ContextNetwork::correct(int channel, const Features& features) const {
  const std::int16_t* const first = first_pairs_.data() + static_cast<std::size_t>(channel) * first_stride_;
  const Layers layers{first, second_pairs_.data(), rest_, width_};
#ifdef IMGCNN_AVX2_AT_HAND
  if (simd::has_avx2()) return run_layers_avx2(layers, static_cast<std::size_t>(channel), features);
#endif
  return run_layers<PlainBlock>(layers, static_cast<std::size_t>(channel), features);
}

}  // namespace imgcnn::entropy
