// Logistic regression by a network on top of the context model's logits.

#include "context_network_training.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <random>
#include <utility>

namespace imgcnn::train {
namespace {

using entropy::ContextNetwork;
using entropy::ContextObservation;

/// A batch is so many segments, each of one channel: its observations share a matrix product.
constexpr std::size_t kSegment = 128, kSegments = 64, kBatchesAtLeast = 128;
constexpr std::size_t kLeastSteps = 300;
constexpr int kWarmupSteps = 50;
constexpr double kRate = 3e-3, kDecay = 1e-4;
// What a channel's layer differs by from that of all is learned more slowly: fewer observations speak of it.
constexpr double kOwnRate = 1e-3, kOwnDecay = 1e-2;
constexpr double kLogitUnit = 256.0;  // of a nat
constexpr std::int64_t kFeatures = ContextNetwork::kFeatures, kNarrow = ContextNetwork::kNarrow,
                       kDecisions = ContextNetwork::kDecisions;

/// The float twin of ContextNetwork.
struct NetworkImpl : torch::nn::Module {
  NetworkImpl(int channels, int width) {
    const auto layer = [&](const char* name, std::int64_t in, std::int64_t out, double scale) {
      return register_parameter(name, torch::randn({out, in}) * (scale / std::sqrt(static_cast<double>(in))));
    };
    const auto zeros = [&](const char* name, std::vector<std::int64_t> shape) {
      return register_parameter(name, torch::zeros(shape));
    };
    first = layer("first", kFeatures, width, 1.0);
    second = layer("second", width, kNarrow, 1.0);
    third = layer("third", kNarrow, kDecisions, 0.0);  // corrects nothing at first
    own_first = zeros("own_first", {channels, width, kFeatures});
    first_bias = zeros("first_bias", {channels, width});
    second_bias = zeros("second_bias", {kNarrow});
    third_bias = zeros("third_bias", {channels, kDecisions});
  }

  /// features [k, n, kFeatures] in their integer units, channel [k] -> corrections [k, n, kDecisions] in nats.
  torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& channel) {
    constexpr double kMost =
        static_cast<double>(ContextNetwork::kMostActivation) / (1 << ContextNetwork::kActivationBits);
    const auto input = features.to(torch::kFloat32) * (1.0 / (1 << ContextNetwork::kFeatureBits));
    const auto bias_of = [&](const torch::Tensor& bias) { return bias.index_select(0, channel).unsqueeze(1); };
    const auto layer = first.unsqueeze(0) + own_first.index_select(0, channel);
    const auto hidden1 = (input.bmm(layer.transpose(1, 2)) + bias_of(first_bias)).clamp(0, kMost);
    const auto hidden2 = (hidden1.matmul(limited(second).t()) + second_bias).clamp(0, kMost);
    return hidden2.matmul(limited(third).t()) + bias_of(third_bias);
  }

  /// A matrix as its integers can hold it.
  static torch::Tensor limited(const torch::Tensor& matrix) {
    const double most = ContextNetwork::most_weight(static_cast<std::size_t>(matrix.size(1)));
    return matrix.clamp(-most / (1 << ContextNetwork::kWeightBits), most / (1 << ContextNetwork::kWeightBits));
  }

  torch::Tensor first, own_first, first_bias, second, second_bias, third, third_bias;
};
TORCH_MODULE(Network);

/// Bits of the decisions that were reached, mean of a batch. logits [.., kDecisions], symbol [..].
torch::Tensor bits_of(const torch::Tensor& logits, const torch::Tensor& symbol) {
  namespace F = torch::nn::functional;
  const auto present = (symbol != 0).to(torch::kFloat32);
  const auto outcomes =
      torch::stack({present, (symbol.abs() > 1).to(torch::kFloat32), (symbol < 0).to(torch::kFloat32)}, -1);
  const auto reached = torch::stack({torch::ones_like(present), present, present}, -1);
  return (F::softplus(logits) - logits * outcomes).mul(reached).sum(-1).mean() / std::log(2.0);
}

template <class T>
std::vector<T> rounded(const torch::Tensor& values, int bits, std::int32_t most) {
  const auto scaled = (values.detach() * std::pow(2.0, bits)).round().clamp(-most, most).contiguous();
  const float* const data = scaled.data_ptr<float>();
  std::vector<T> result(static_cast<std::size_t>(scaled.numel()));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<T>(data[i]);
  return result;
}

ContextNetwork::Weights rounded(const Network& network) {
  constexpr int kWeights = ContextNetwork::kWeightBits, kActivations = ContextNetwork::kActivationBits;
  constexpr std::int32_t kBias = ContextNetwork::kMostBias;
  return {rounded<std::int16_t>(network->first + network->own_first, kWeights, 32767),
          rounded<std::int32_t>(network->first_bias, kWeights + ContextNetwork::kFeatureBits, kBias),
          rounded<std::int16_t>(NetworkImpl::limited(network->second), kWeights, 32767),
          rounded<std::int32_t>(network->second_bias, kWeights + kActivations, kBias),
          rounded<std::int16_t>(NetworkImpl::limited(network->third), kWeights, 32767),
          rounded<std::int32_t>(network->third_bias, kWeights + kActivations, kBias)};
}

/// Observations of one channel.
struct Segment {
  std::int64_t channel;
  const ContextObservation* first;
};

/// A field of each segment's observations, [segments, kSegment, width].
template <class T, class Field>
torch::Tensor field(const std::vector<Segment>& segments, std::int64_t width, torch::ScalarType type, const Field& of) {
  auto result =
      torch::empty({static_cast<std::int64_t>(segments.size()), static_cast<std::int64_t>(kSegment), width}, type);
  T* to = result.data_ptr<T>();
  for (const Segment& segment : segments) {
    for (std::size_t i = 0; i < kSegment; ++i, to += width) std::copy_n(of(segment.first[i]), width, to);
  }
  return result;
}

}  // namespace

ObservedBits observed_bits(const Observations& observations, const ContextNetwork& network) {
  ObservedBits bits;
  const auto cost = [](double logit, bool outcome) {
    return std::log2(1.0 + std::exp((outcome ? -logit : logit) / kLogitUnit));
  };
  for (const auto& o : observations) {
    const auto corrections = network.correct(o.channel, o.features);
    const bool outcomes[ContextNetwork::kDecisions] = {o.symbol != 0, std::abs(o.symbol) > 1, o.symbol < 0};
    for (std::size_t d = 0; d < (o.symbol == 0 ? 1 : ContextNetwork::kDecisions); ++d) {
      bits.before += cost(o.logits[d], outcomes[d]);
      bits.after += cost(o.logits[d] + corrections[d], outcomes[d]);
    }
  }
  return bits;
}

struct ContextNetworkTrainer::Impl {
  Impl(int channels, int width, std::uint64_t seed)
      : random(static_cast<std::mt19937::result_type>(seed)),
        waiting(static_cast<std::size_t>(channels)),
        network(channels, width) {
    using Options = torch::optim::AdamWOptions;
    std::vector<torch::Tensor> shared;
    for (const auto& item : network->named_parameters()) {
      if (item.key() != "own_first") shared.push_back(item.value());
    }
    optimizer = std::make_unique<torch::optim::AdamW>(shared, Options(kRate).weight_decay(kDecay));
    optimizer->add_param_group(
        {{network->own_first}, std::make_unique<Options>(Options(kOwnRate).weight_decay(kOwnDecay))});
  }

  /// What has gathered of each channel, cut into segments; the rest stays behind in `waiting`.
  std::vector<Segment> segments(std::vector<Observations>& gathered);
  void step(const std::vector<Segment>& segments, double done);

  std::mt19937 random;
  std::vector<Observations> waiting;  ///< by channel
  Network network;
  std::unique_ptr<torch::optim::AdamW> optimizer;
  int steps = 0;
};

std::vector<Segment> ContextNetworkTrainer::Impl::segments(std::vector<Observations>& gathered) {
  gathered.swap(waiting);
  waiting.assign(gathered.size(), {});
  std::vector<Segment> result;
  for (std::size_t c = 0; c < gathered.size(); ++c) {
    auto& of = gathered[c];
    std::shuffle(of.begin(), of.end(), random);
    const std::size_t whole = of.size() / kSegment * kSegment;
    waiting[c].assign(of.begin() + static_cast<std::ptrdiff_t>(whole), of.end());
    for (std::size_t i = 0; i < whole; i += kSegment) result.push_back({static_cast<std::int64_t>(c), of.data() + i});
  }
  return result;
}

void ContextNetworkTrainer::Impl::step(const std::vector<Segment>& segments, double done) {
  const double share =
      std::min(1.0, static_cast<double>(++steps) / kWarmupSteps) * 0.5 * (1 + std::cos(3.14159265358979 * done));
  const std::array<double, 2> rates = {kRate, kOwnRate};
  for (std::size_t g = 0; g < rates.size(); ++g) {
    static_cast<torch::optim::AdamWOptions&>(optimizer->param_groups()[g].options()).lr(rates[g] * share);
  }
  std::vector<std::int64_t> channels;
  for (const Segment& segment : segments) channels.push_back(segment.channel);
  const auto features =
      field<std::int8_t>(segments, kFeatures, torch::kInt8, [](const auto& o) { return o.features.data(); });
  const auto logits =
      field<std::int16_t>(segments, kDecisions, torch::kInt16, [](const auto& o) { return o.logits.data(); });
  const auto symbol = field<std::int8_t>(segments, 1, torch::kInt8, [](const auto& o) { return &o.symbol; });
  const auto mixed = logits.to(torch::kFloat32) * (1.0 / kLogitUnit);
  const auto bits = bits_of(mixed + network->forward(features, torch::tensor(channels)), symbol.squeeze(-1));
  optimizer->zero_grad();
  bits.backward();
  optimizer->step();
}

ContextNetworkTrainer::ContextNetworkTrainer(int channels, int width, std::uint64_t seed) {
  torch::manual_seed(seed);
  impl_ = std::make_unique<Impl>(channels, width, seed);
}
ContextNetworkTrainer::~ContextNetworkTrainer() = default;

void ContextNetworkTrainer::learn(const Observations& observations, double from, double to) {
  for (const auto& o : observations) impl_->waiting[static_cast<std::size_t>(o.channel)].push_back(o);
  std::vector<Observations> gathered;
  auto segments = impl_->segments(gathered);
  if (segments.empty()) return;
  const std::size_t batch = std::clamp<std::size_t>(segments.size() / kBatchesAtLeast, 1, kSegments);
  const std::size_t per_pass = segments.size() / batch, passes = (kLeastSteps + per_pass - 1) / per_pass;
  for (std::size_t n = 0; n < passes * per_pass; ++n) {
    if (n % per_pass == 0) std::shuffle(segments.begin(), segments.end(), impl_->random);
    const auto start = segments.begin() + static_cast<std::ptrdiff_t>(n % per_pass * batch);
    impl_->step({start, start + static_cast<std::ptrdiff_t>(batch)},
                from + (to - from) * static_cast<double>(n) / static_cast<double>(passes * per_pass));
  }
}

ContextNetwork::Weights ContextNetworkTrainer::weights() const { return rounded(impl_->network); }

}  // namespace imgcnn::train
