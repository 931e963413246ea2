// Counting of multiply-accumulates.

#include "imgcnn/nn/complexity.h"

#include <array>
#include <charconv>
#include <string>

#include "imgcnn/entropy/integer_scale_network.h"

namespace imgcnn::nn {
namespace {

// The coarsest grid, that of the hyper-latent: on a picture of one such cell every layer has its
// exact share of positions.
constexpr std::int64_t kSide =
    std::int64_t{model::ModelConfig::kLatentStride} * entropy::kHyperStride;

thread_local MacCounter* innermost = nullptr;

/// MAC a pixel of what `work` runs.
template <class Work>
double macs_per_pixel(Work&& work) {
  const MacCounter counter;
  work();
  return static_cast<double>(counter.count()) / static_cast<double>(kSide * kSide);
}

/// Three decimals of a thousand MAC: a classic small enough for a test still shows.
std::string thousands(double macs) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), macs / 1000.0,
                                 std::chars_format::fixed, 3)
                       .ptr;
  return {text.data(), end};
}

}  // namespace

MacCounter::MacCounter() : outer_(innermost) { innermost = this; }

MacCounter::~MacCounter() { innermost = outer_; }

void MacCounter::add(std::int64_t macs) {
  for (MacCounter* counter = innermost; counter != nullptr; counter = counter->outer_)
    counter->count_ += macs;
}

Complexity measure_complexity(CompressionModel& model) {
  const torch::NoGradGuard no_grad;
  const auto quality = torch::full({1}, 0.5);
  torch::Tensor y, z;
  Complexity result;
  result.encode = macs_per_pixel([&] {
    y = model.analysis(torch::full({1, 3, kSide, kSide}, 0.5), quality);
    z = model.hyper_analysis(y, quality);
  });
  result.decode = macs_per_pixel([&] { (void)model.synthesis(y, quality); });
  if (z.defined()) {
    const double both = macs_per_pixel([&] {
      (void)model.hyper_synthesis(z, quality, y.size(2), y.size(3));
      MacCounter::add(scale_network_macs(model.config()) * z.size(2) * z.size(3));
    });
    result.encode += both;
    result.decode += both;
  }
  return result;
}

std::int64_t scale_network_macs(const model::ModelConfig& config) {
  constexpr std::int64_t kBlock = std::int64_t{entropy::kHyperStride} * entropy::kHyperStride;
  if (config.hyper_channels == 0) return 0;
  return std::int64_t{config.scale_hidden} *
         (9 * std::int64_t{config.hyper_channels} + kBlock * config.latent_channels);
}

void put_complexity(bitstream::TensorFile& file, CompressionModel& model) {
  const Complexity complexity = measure_complexity(model);
  file.metadata[model::kEncodeComplexity] = thousands(complexity.encode);
  file.metadata[model::kDecodeComplexity] = thousands(complexity.decode);
}

}  // namespace imgcnn::nn
