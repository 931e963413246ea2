// The float twin of ContextMlp, its loss and its optimizer.

#include "mlp_trainer.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <random>
#include <utility>

namespace imgcnn::train {
namespace {

using Weights = entropy::ContextMlpWeights;

/// A batch is so many segments, each of one channel: its observations share a matrix product.
constexpr std::size_t kSegment = 128, kSegments = 64, kBatchesAtLeast = 128;
constexpr std::size_t kLeastSteps = 300;
constexpr int kWarmupSteps = 50;
constexpr double kPi = 3.14159265358979;
constexpr double kRate = 3e-3, kDecay = 1e-4;
// What a channel's layers differ by from those of all is learned more slowly: fewer observations
// speak of it.
constexpr double kOwnRate = 1e-3, kOwnDecay = 1e-2;
constexpr auto kFeatures = static_cast<std::int64_t>(entropy::kContextFeatures);
constexpr auto kNarrow = static_cast<std::int64_t>(Weights::kNarrow);
constexpr auto kOutputs = static_cast<std::int64_t>(Weights::kOutputs);
constexpr double kFeatureUnit = 1.0 / (1 << Weights::kActivationBits);
constexpr double kWeightUnit = 1.0 / (1 << Weights::kWeightBits);
constexpr double kLogitUnit = 1.0 / (1 << Weights::kLogitBits);
constexpr double kMostActivation = Weights::kMostActivation * kFeatureUnit;
constexpr double kMostWeight = 127 * kWeightUnit;

/// Weights as their integers hold them; gradients pass as if they were not rounded.
torch::Tensor fake_quantized(const torch::Tensor& weights) {
  const auto limited = weights.clamp(-kMostWeight, kMostWeight);
  return limited + ((limited / kWeightUnit).round() * kWeightUnit - limited).detach();
}

struct NetworkImpl : torch::nn::Module {
  NetworkImpl(int channels, int width) {
    const auto layer = [&](const char* name, std::int64_t in, std::int64_t out, double scale) {
      return register_parameter(
          name, torch::randn({out, in}) * (scale / std::sqrt(static_cast<double>(in))));
    };
    const auto zeros = [&](const char* name, std::vector<std::int64_t> shape) {
      return register_parameter(name, torch::zeros(shape));
    };
    first = layer("first", kFeatures, width, 1.0);
    second = layer("second", width, kNarrow, 1.0);
    third = layer("third", kNarrow, kOutputs, 0.0);  // corrects nothing at first
    own_first = zeros("own_first", {channels, width, kFeatures});
    own_third = zeros("own_third", {channels, kOutputs, kNarrow});
    first_bias = zeros("first_bias", {channels, width});
    second_bias = zeros("second_bias", {channels, kNarrow});
    third_bias = zeros("third_bias", {channels, kOutputs});
  }

  /// features [k, n, kFeatures] as numbers, channel [k] -> corrections [k, n, kOutputs] in nats.
  torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& channel) {
    const auto bias_of = [&](const torch::Tensor& bias) {
      return bias.index_select(0, channel).unsqueeze(1);
    };
    const auto of_channel = [&](const torch::Tensor& all, const torch::Tensor& own) {
      return fake_quantized(all.unsqueeze(0) + own.index_select(0, channel)).transpose(1, 2);
    };
    const auto hidden1 = (features.bmm(of_channel(first, own_first)) + bias_of(first_bias))
                             .clamp(0, kMostActivation);
    const auto hidden2 = (hidden1.matmul(fake_quantized(second).t()) + bias_of(second_bias))
                             .clamp(0, kMostActivation);
    return hidden2.bmm(of_channel(third, own_third)) + bias_of(third_bias);
  }

  torch::Tensor first, own_first, first_bias, second, second_bias, third, own_third, third_bias;
};
TORCH_MODULE(Network);

constexpr auto kDecisions = static_cast<std::int64_t>(entropy::kUnaryDecisions);

/// Observations of k segments of n each.
struct Batch {
  torch::Tensor features;      ///< [k, n, kFeatures]
  torch::Tensor channel;       ///< [k]
  torch::Tensor first_logits;  ///< [k * n, 3] of the distributions: > 0, > 1, < 0
  torch::Tensor other_logits;  ///< [k * n, kDecisions - 2]: > 2 and so on
  torch::Tensor quantizer;     ///< [k * n, 1]
  torch::Tensor symbol;        ///< [k * n]
};

/// Bits of binary decisions [..] with logits in nats.
torch::Tensor decision_bits(const torch::Tensor& logits, const torch::Tensor& outcomes) {
  return (torch::nn::functional::softplus(logits) - logits * outcomes) / std::log(2.0);
}

/// Bits of the symbols of a batch: the sum over all decisions that were reached. corrections [n,
/// 4]: of > 0, > 1 and > k from k = 2 on, of < 0.
torch::Tensor bits_of(const Batch& batch, const torch::Tensor& corrections) {
  using torch::indexing::Slice;
  const auto magnitude = batch.symbol.abs();
  const auto more = [&](int k) { return (magnitude > k).to(torch::kFloat32); };
  const auto outcomes =
      torch::stack({more(0), more(1), (batch.symbol < 0).to(torch::kFloat32)}, -1);
  const auto reached = torch::stack({torch::ones_like(magnitude), more(0), more(0)}, -1);
  const auto column = [&](int k) { return corrections.index({Slice(), Slice(k, k + 1)}); };
  const auto first = batch.first_logits + torch::cat({column(0), column(1), column(3)}, -1);
  const auto bits = decision_bits(first, outcomes).mul(reached).sum();
  // Magnitudes beyond 1 are few, and have many decisions.
  const auto large = (magnitude > 1).nonzero().squeeze(-1);
  const auto of_large = magnitude.index_select(0, large).unsqueeze(-1);
  const auto k = torch::arange(2, kDecisions, torch::kFloat32);
  const auto logits = batch.other_logits.index_select(0, large) + column(2).index_select(0, large);
  return bits + decision_bits(logits, (of_large > k).to(torch::kFloat32))
                    .mul((of_large >= k).to(torch::kFloat32))
                    .sum();
}

template <class T>
std::vector<T> rounded(const torch::Tensor& values, double unit, double most) {
  const auto scaled =
      (values.detach() / unit).round().clamp(-most, most).to(torch::kFloat32).contiguous();
  const float* const data = scaled.data_ptr<float>();
  std::vector<T> result(static_cast<std::size_t>(scaled.numel()));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<T>(data[i]);
  return result;
}

/// Matrices [.., out, in] as integers [.., in / 2, out, 2].
std::vector<std::int8_t> rounded_pairs(const torch::Tensor& matrix) {
  const std::int64_t out = matrix.size(-2), in = matrix.size(-1);
  return rounded<std::int8_t>(matrix.reshape({-1, out, in / 2, 2}).transpose(1, 2), kWeightUnit,
                              127);
}

/// Biases of sums that lose `lost` binary places by flooring: half of the last one is added.
std::vector<std::int32_t> rounded_bias(const torch::Tensor& bias, int lost) {
  auto result = rounded<std::int32_t>(bias, kFeatureUnit * kWeightUnit, Weights::kMostBias / 2.0);
  for (std::int32_t& value : result) value += 1 << (lost - 1);
  return result;
}

/// Observations of one channel.
struct Segment {
  std::int64_t channel;
  const ContextObservation* first;
};

}  // namespace

struct ContextMlpTrainer::Impl {
  Impl(int channels, int width, std::vector<Index> of_indexes, std::uint64_t seed)
      : random(static_cast<std::mt19937::result_type>(seed)),
        indexes(std::move(of_indexes)),
        waiting(static_cast<std::size_t>(channels)),
        network(channels, width) {
    using Options = torch::optim::AdamWOptions;
    std::vector<torch::Tensor> shared, own;
    for (const auto& item : network->named_parameters())
      (item.key().rfind("own_", 0) == 0 ? own : shared).push_back(item.value());
    optimizer = std::make_unique<torch::optim::AdamW>(shared, Options(kRate).weight_decay(kDecay));
    optimizer->add_param_group(
        {own, std::make_unique<Options>(Options(kOwnRate).weight_decay(kOwnDecay))});
  }

  [[nodiscard]] Batch batch(const std::vector<Segment>& segments, std::size_t length) const;
  /// Bits of all symbols of a batch, with the network or by their distributions alone.
  torch::Tensor bits(const Batch& batch, bool corrected);
  /// What has gathered of each channel, cut into segments; the rest stays behind in `waiting`.
  std::vector<Segment> segments(std::vector<ContextObservations>& gathered);
  void step(const std::vector<Segment>& segments, double done);

  std::mt19937 random;
  std::vector<Index> indexes;
  std::vector<ContextObservations> waiting;  ///< by channel
  Network network;
  std::unique_ptr<torch::optim::AdamW> optimizer;
  int steps = 0;
};

Batch ContextMlpTrainer::Impl::batch(const std::vector<Segment>& segments,
                                     std::size_t length) const {
  const auto k = static_cast<std::int64_t>(segments.size()), n = static_cast<std::int64_t>(length);
  Batch result{torch::empty({k, n, kFeatures}), torch::empty({k}, torch::kInt64),
               torch::empty({k * n, 3}),        torch::empty({k * n, kDecisions - 2}),
               torch::empty({k * n, 1}),        torch::empty({k * n})};
  float *features = result.features.data_ptr<float>(),
        *first = result.first_logits.data_ptr<float>();
  float *other = result.other_logits.data_ptr<float>(),
        *quantizer = result.quantizer.data_ptr<float>();
  float* symbol = result.symbol.data_ptr<float>();
  auto* channel = result.channel.data_ptr<std::int64_t>();
  const auto nats = [](std::int16_t logit) { return static_cast<float>(logit * kLogitUnit); };
  for (const Segment& segment : segments) {
    *channel++ = segment.channel;
    for (std::size_t i = 0; i < length; ++i) {
      const ContextObservation& o = segment.first[i];
      const Index& index = indexes[o.coding_index];
      const auto& greater = index.logits.greater;
      for (const std::int8_t feature : o.features)
        *features++ = static_cast<float>(feature * kFeatureUnit);
      for (const std::int16_t logit : {greater[0], greater[1], index.logits.negative})
        *first++ = nats(logit);
      other = std::transform(greater.begin() + 2, greater.end(), other, nats);
      *quantizer++ = static_cast<float>(index.quantizer);
      *symbol++ = static_cast<float>(o.symbol);
    }
  }
  return result;
}

torch::Tensor ContextMlpTrainer::Impl::bits(const Batch& batch, bool corrected) {
  if (!corrected) return bits_of(batch, torch::zeros({batch.symbol.size(0), 4}));
  const auto out = network->forward(batch.features, batch.channel).reshape({-1, kOutputs});
  using torch::indexing::Slice;
  const auto of = [&](int from, int to) { return out.index({Slice(), Slice(from, to)}); };
  const auto greater = of(0, 3) * (1 - batch.quantizer) + of(3, 6) * batch.quantizer;
  return bits_of(batch, torch::cat({greater, of(6, 7)}, -1));
}

std::vector<Segment> ContextMlpTrainer::Impl::segments(std::vector<ContextObservations>& gathered) {
  gathered.swap(waiting);
  waiting.assign(gathered.size(), {});
  std::vector<Segment> result;
  for (std::size_t c = 0; c < gathered.size(); ++c) {
    auto& of = gathered[c];
    std::shuffle(of.begin(), of.end(), random);
    const std::size_t whole = of.size() / kSegment * kSegment;
    waiting[c].assign(of.begin() + static_cast<std::ptrdiff_t>(whole), of.end());
    for (std::size_t i = 0; i < whole; i += kSegment)
      result.push_back({static_cast<std::int64_t>(c), of.data() + i});
  }
  return result;
}

void ContextMlpTrainer::Impl::step(const std::vector<Segment>& segments, double done) {
  const double share =
      std::min(1.0, static_cast<double>(++steps) / kWarmupSteps) * 0.5 * (1 + std::cos(kPi * done));
  const std::array<double, 2> rates = {kRate, kOwnRate};
  for (std::size_t g = 0; g < rates.size(); ++g)
    static_cast<torch::optim::AdamWOptions&>(optimizer->param_groups()[g].options())
        .lr(rates[g] * share);
  const auto loss =
      bits(batch(segments, kSegment), true) / static_cast<double>(segments.size() * kSegment);
  optimizer->zero_grad();
  loss.backward();
  optimizer->step();
}

ContextMlpTrainer::ContextMlpTrainer(int channels, int width, std::vector<Index> indexes,
                                     std::uint64_t seed) {
  torch::manual_seed(seed);
  impl_ = std::make_unique<Impl>(channels, width, std::move(indexes), seed);
}
ContextMlpTrainer::~ContextMlpTrainer() = default;

void ContextMlpTrainer::learn(const ContextObservations& observations, double from, double to) {
  for (const auto& o : observations)
    impl_->waiting[static_cast<std::size_t>(o.channel)].push_back(o);
  std::vector<ContextObservations> gathered;
  auto segments = impl_->segments(gathered);
  if (segments.empty()) return;
  const std::size_t batch =
      std::clamp<std::size_t>(segments.size() / kBatchesAtLeast, 1, kSegments);
  const std::size_t per_pass = segments.size() / batch,
                    passes = (kLeastSteps + per_pass - 1) / per_pass;
  for (std::size_t n = 0; n < passes * per_pass; ++n) {
    if (n % per_pass == 0) std::shuffle(segments.begin(), segments.end(), impl_->random);
    const auto start = segments.begin() + static_cast<std::ptrdiff_t>(n % per_pass * batch);
    impl_->step(
        {start, start + static_cast<std::ptrdiff_t>(batch)},
        from + (to - from) * static_cast<double>(n) / static_cast<double>(passes * per_pass));
  }
}

ContextBits ContextMlpTrainer::bits(const ContextObservations& observations) const {
  const torch::NoGradGuard no_gradients;
  std::vector<ContextObservations> of_channel(impl_->waiting.size());
  for (const auto& o : observations) of_channel[static_cast<std::size_t>(o.channel)].push_back(o);
  ContextBits result;
  for (std::size_t c = 0; c < of_channel.size(); ++c) {
    if (of_channel[c].empty()) continue;
    const Batch batch =
        impl_->batch({{static_cast<std::int64_t>(c), of_channel[c].data()}}, of_channel[c].size());
    result.before += impl_->bits(batch, false).item<double>();
    result.after += impl_->bits(batch, true).item<double>();
  }
  return result;
}

Weights ContextMlpTrainer::weights(std::vector<std::int32_t> references,
                                   std::vector<std::int32_t> predictors) const {
  const Network& n = impl_->network;
  constexpr int kHidden = Weights::kWeightBits;
  constexpr int kLast = Weights::kActivationBits + Weights::kWeightBits - Weights::kLogitBits;
  return {std::move(predictors),
          std::move(references),
          rounded_pairs(n->first.unsqueeze(0) + n->own_first),
          rounded_bias(n->first_bias, kHidden),
          rounded_pairs(n->second),
          rounded_bias(n->second_bias, kHidden),
          rounded_pairs(n->third.unsqueeze(0) + n->own_third),
          rounded_bias(n->third_bias, kLast)};
}

}  // namespace imgcnn::train
