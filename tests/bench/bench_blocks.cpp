// What the building blocks of the networks cost on one thread: milliseconds a megapixel of picture
// and GFLOP/s, as a table in Markdown. Where the processor multiplies bf16 natively, in bf16 too.

#include <time.h>
#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "imgcnn/nn/complexity.h"
#include "imgcnn/nn/device.h"
#include "imgcnn/nn/layers.h"
#include "machine.h"

namespace imgcnn::nn {
namespace {

// Of the picture: its planes are larger than the second-level cache
constexpr std::int64_t kSide = 1024;
constexpr int kWarmUps = 3;
// Until both are reached: enough runs that their median is not moved by what else uses caches and
// memory.
constexpr std::size_t kRuns = 25;
constexpr double kSeconds = 0.5;

using Forward = std::function<torch::Tensor(const torch::Tensor&)>;

struct Block {
  std::string name;
  std::int64_t stride;    ///< picture to input
  std::int64_t channels;  ///< of the input
  Forward forward;
};

struct Measurement {
  double milliseconds;  ///< a megapixel
  double gflops;        ///< a multiply-accumulate is two operations
};

// Time that this thread ran, the only one that works here: what waits for a core does not count on
// a busy machine.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Module>
Forward as_forward(Module module) {
  return [module](const torch::Tensor& x) mutable { return module(x); };
}

std::vector<Block> blocks() {
  std::vector<Block> result;
  const auto add = [&result](const std::string& name, std::int64_t stride, std::int64_t channels,
                             const Forward& forward) {
    result.push_back({name, stride, channels, forward});
  };
  constexpr std::pair<std::int64_t, std::int64_t> kGrids[] = {{4, 64}, {8, 128}, {16, 256}};
  for (const auto& [s, c] : kGrids) add("1x1", s, c, as_forward(Conv(c, c, 1)));
  for (const auto& [s, c] : kGrids) add("depthwise 3x3", s, c, as_forward(Conv(c, c, 3, 1, c)));
  for (const auto& [s, c] : kGrids) add("3x3", s, c, as_forward(Conv(c, c, 3)));
  for (const auto& [s, c] : kGrids) add("ResidualBlock", s, c, as_forward(ResidualBlock(c)));
  for (const auto& [s, c] : kGrids)
    add("Upsample to half the channels", s, c, as_forward(Upsample(c, c / 2)));
  for (const auto& [s, c] : kGrids)
    add("Downsample to twice the channels", s, c, as_forward(Downsample(c, 2 * c)));
  return result;
}

torch::Tensor input_of(const Block& block, torch::ScalarType dtype) {
  const auto side = kSide / block.stride;
  return torch::rand({1, block.channels, side, side})
      .sub(0.5)
      .to(dtype)
      .contiguous(torch::MemoryFormat::ChannelsLast);
}

std::int64_t macs_of(const Block& block) {
  const MacCounter counter;
  (void)block.forward(input_of(block, torch::kFloat32));
  return counter.count();
}

Measurement measure(const Block& block, torch::ScalarType dtype, std::int64_t macs) {
  const auto x = input_of(block, dtype);
  for (int i = 0; i < kWarmUps; ++i) (void)block.forward(x);
  std::vector<double> seconds;
  const double start = thread_seconds();
  while (seconds.size() < kRuns || thread_seconds() - start < kSeconds) {
    const double before = thread_seconds();
    (void)block.forward(x);
    seconds.push_back(thread_seconds() - before);
  }
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), middle, seconds.end());
  return {*middle * 1e3 / (static_cast<double>(kSide * kSide) / 1e6),
          2.0 * static_cast<double>(macs) / *middle / 1e9};
}

void run() {
  const c10::InferenceMode inference;
  torch::manual_seed(1);
  set_threads(1);
  std::vector<torch::ScalarType> types = {torch::kFloat32};
  if (cpu_has_native_bf16()) types.push_back(torch::kBFloat16);

  std::printf(
      "%s, LibTorch %s, one thread; medians of at least %zu runs on a picture of %lldx%lld\n\n",
      bench::processor_name().c_str(), TORCH_VERSION, kRuns, static_cast<long long>(kSide),
      static_cast<long long>(kSide));
  std::printf("| block | at | channels | kMAC/px |");
  for (const auto type : types) {
    const char* name = type == torch::kFloat32 ? "fp32" : "bf16";
    std::printf(" %s ms/MP | %s GFLOP/s |", name, name);
  }
  std::printf("\n|---|---|---|---|");
  for (std::size_t i = 0; i < types.size(); ++i) std::printf("---|---|");
  std::printf("\n");
  for (const Block& block : blocks()) {
    const auto macs = macs_of(block);
    std::printf("| %s | 1/%lld | %lld | %.3f |", block.name.c_str(),
                static_cast<long long>(block.stride), static_cast<long long>(block.channels),
                static_cast<double>(macs) / static_cast<double>(kSide * kSide) / 1e3);
    for (const auto type : types) {
      const auto [milliseconds, gflops] = measure(block, type, macs);
      std::printf(" %.1f | %.0f |", milliseconds, gflops);
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace imgcnn::nn

int main() {
  imgcnn::nn::run();
  return 0;
}
