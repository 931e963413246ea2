// Logistic regression by a network on top of the context model's logits.

#include "context_network_training.h"

#include <spdlog/spdlog.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>

namespace imgcnn::train {
namespace {

using entropy::ContextNetwork;
using entropy::ContextObservation;

constexpr std::int64_t kBatch = 8192, kSmallBatch = 256, kBatchesAtLeast = 128;  // an epoch
constexpr int kEpochs = 4;
constexpr std::int64_t kLeastSteps = 300, kWarmupSteps = 50;
constexpr double kRate = 3e-3, kDecay = 1e-4;
constexpr double kLogitUnit = 256.0;  // of a nat
constexpr std::int64_t kFeatures = ContextNetwork::kFeatures, kNarrow = ContextNetwork::kNarrow,
                       kDecisions = ContextNetwork::kDecisions;

/// The float twin of ContextNetwork.
struct NetworkImpl : torch::nn::Module {
  NetworkImpl(int channels, int width) {
    const auto layer = [&](const char* name, std::int64_t in, std::int64_t out, double scale) {
      return register_parameter(name, torch::randn({out, in}) * (scale / std::sqrt(static_cast<double>(in))));
    };
    const auto bias = [&](const char* name, std::vector<std::int64_t> shape) {
      return register_parameter(name, torch::zeros(shape));
    };
    first = layer("first", kFeatures, width, 1.0);
    second = layer("second", width, kNarrow, 1.0);
    third = layer("third", kNarrow, kDecisions, 0.0);  // corrects nothing at first
    first_bias = bias("first_bias", {channels, width});
    second_bias = bias("second_bias", {kNarrow});
    third_bias = bias("third_bias", {channels, kDecisions});
  }

  /// features [n, kFeatures] in their integer units, channel [n] -> corrections [n, kDecisions] in nats.
  torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& channel) {
    constexpr double kMost =
        static_cast<double>(ContextNetwork::kMostActivation) / (1 << ContextNetwork::kActivationBits);
    const auto input = features.to(torch::kFloat32) * (1.0 / (1 << ContextNetwork::kFeatureBits));
    const auto hidden1 = (input.mm(first.t()) + first_bias.index_select(0, channel)).clamp(0, kMost);
    const auto hidden2 = (hidden1.mm(limited(second).t()) + second_bias).clamp(0, kMost);
    return hidden2.mm(limited(third).t()) + third_bias.index_select(0, channel);
  }

  /// A matrix as its integers can hold it.
  static torch::Tensor limited(const torch::Tensor& matrix) {
    const double most = ContextNetwork::most_weight(static_cast<std::size_t>(matrix.size(1)));
    return matrix.clamp(-most / (1 << ContextNetwork::kWeightBits), most / (1 << ContextNetwork::kWeightBits));
  }

  torch::Tensor first, first_bias, second, second_bias, third, third_bias;
};
TORCH_MODULE(Network);

/// A field of all observations as a tensor over their memory.
template <class T>
torch::Tensor field(const Observations& observations, const T* first, std::int64_t width, torch::ScalarType type) {
  const auto n = static_cast<std::int64_t>(observations.size());
  static_assert(sizeof(ContextObservation) % sizeof(T) == 0);
  return torch::from_blob(const_cast<T*>(first), {n, width}, {sizeof(ContextObservation) / sizeof(T), 1}, type);
}

/// Bits of the decisions that were reached, mean of a batch. logits [n, kDecisions], symbol [n].
torch::Tensor bits_of(const torch::Tensor& logits, const torch::Tensor& symbol) {
  namespace F = torch::nn::functional;
  const auto present = (symbol != 0).to(torch::kFloat32);
  const auto outcomes =
      torch::stack({present, (symbol.abs() > 1).to(torch::kFloat32), (symbol < 0).to(torch::kFloat32)}, 1);
  const auto reached = torch::stack({torch::ones_like(present), present, present}, 1);
  return (F::softplus(logits) - logits * outcomes).mul(reached).sum(1).mean() / std::log(2.0);
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
  return {rounded<std::int16_t>(network->first, kWeights, 32767),
          rounded<std::int32_t>(network->first_bias, kWeights + ContextNetwork::kFeatureBits, kBias),
          rounded<std::int16_t>(NetworkImpl::limited(network->second), kWeights, 32767),
          rounded<std::int32_t>(network->second_bias, kWeights + kActivations, kBias),
          rounded<std::int16_t>(NetworkImpl::limited(network->third), kWeights, 32767),
          rounded<std::int32_t>(network->third_bias, kWeights + kActivations, kBias)};
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

ContextNetwork::Weights train_context_network(const Observations& observations, int channels, int width,
                                              std::uint64_t seed) {
  torch::manual_seed(seed);
  const auto& start = observations.front();
  const auto features = field(observations, start.features.data(), kFeatures, torch::kInt8);
  const auto logits = field(observations, start.logits.data(), kDecisions, torch::kInt16);
  const auto channel = field(observations, &start.channel, 1, torch::kInt16);
  const auto symbol = field(observations, &start.symbol, 1, torch::kInt8);

  Network network(channels, width);
  torch::optim::AdamW optimizer(network->parameters(), torch::optim::AdamWOptions(kRate).weight_decay(kDecay));
  const std::int64_t n = features.size(0);
  const std::int64_t batch = std::min(n, std::clamp(n / kBatchesAtLeast, kSmallBatch, kBatch));
  const std::int64_t per_epoch = n / batch, steps = std::max(kLeastSteps, kEpochs * per_epoch);
  torch::Tensor order;
  for (std::int64_t step = 0; step < steps; ++step) {
    if (step % per_epoch == 0) order = torch::randperm(n);
    const auto chosen = order.narrow(0, step % per_epoch * batch, batch);
    const double progress = static_cast<double>(step) / static_cast<double>(steps);
    const double warmup = std::min(1.0, static_cast<double>(step + 1) / kWarmupSteps);
    for (auto& group : optimizer.param_groups()) {
      static_cast<torch::optim::AdamWOptions&>(group.options())
          .lr(kRate * warmup * 0.5 * (1 + std::cos(3.14159265358979 * progress)));
    }
    const auto correction =
        network->forward(features.index_select(0, chosen), channel.index_select(0, chosen).flatten().to(torch::kInt64));
    const auto mixed = logits.index_select(0, chosen).to(torch::kFloat32) * (1.0 / kLogitUnit);
    const auto bits = bits_of(mixed + correction, symbol.index_select(0, chosen).flatten());
    optimizer.zero_grad();
    bits.backward();
    optimizer.step();
  }
  return rounded(network);
}

}  // namespace imgcnn::train
