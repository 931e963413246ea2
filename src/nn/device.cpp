// Device, threads and precision.

#include "imgcnn/nn/device.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "imgcnn/base/address_space.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/thread_pool.h"

namespace imgcnn::nn {
namespace {

// Two libraries wait for ever where memory is refused: pthreadpool for a thread that could not
// start, OpenBLAS for the buffer that it takes for its first product and keeps. So there is a look
// first, and that product is here, not where pictures have taken what there was.
bool take_what_threads_need(int threads) {
  // MiB; a thread of the pool and one of OpenMP
  constexpr std::uint64_t kBuffer = 136, kStacks = 2 * 8;
  const std::uint64_t needed = kBuffer + static_cast<std::uint64_t>(threads) * kStacks;
  require(can_map(needed << 20, Mapping::kMemory), ErrorCode::kLimitExceeded,
          "not enough memory: " + std::to_string(threads) + " threads take " +
              std::to_string(needed) + " MiB (ulimit -v, ulimit -d)");
  const auto square = torch::ones({256, 256});  // small products do without the buffer
  static_cast<void>(torch::mm(square, square));
  return true;
}

torch::Device cuda_device(const std::string& name) {
  int index = 0;
  if (name != "cuda") {
    const std::string digits = name.substr(5);
    const bool number = !digits.empty() && digits.size() <= 3 &&
                        std::all_of(digits.begin(), digits.end(),
                                    [](unsigned char c) { return std::isdigit(c) != 0; });
    require(number, ErrorCode::kInvalidArgument, "device '" + name + "': expected cuda:N");
    index = std::stoi(digits);
  }
  require(torch::cuda::is_available(), ErrorCode::kDevice,
          "device '" + name + "': this LibTorch sees no CUDA device");
  require(index < static_cast<int>(torch::cuda::device_count()), ErrorCode::kDevice,
          "device '" + name + "': there are only " + std::to_string(torch::cuda::device_count()));
  return {torch::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

}  // namespace

torch::Device select_device(const std::string& name) {
  if (name == "cpu") return torch::kCPU;
  if (name == "auto")
    return torch::cuda::is_available() ? cuda_device("cuda") : torch::Device(torch::kCPU);
  if (name == "cuda" || name.rfind("cuda:", 0) == 0) return cuda_device(name);
  throw Error(ErrorCode::kInvalidArgument,
              "device '" + name + "': expected auto, cpu, cuda or cuda:N");
}

int set_threads(int threads) {
  const int count = threads > 0 ? threads : usable_cores();
  static const bool taken = take_what_threads_need(count);
  static_cast<void>(taken);
  at::set_num_threads(count);
  return count;
}

bool cpu_has_native_bf16() {
#if defined(__x86_64__)
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  const auto cpuid = [&](unsigned leaf, unsigned subleaf) {
    __asm__ volatile("cpuid"
                     : "=a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx)
                     : "a"(leaf), "c"(subleaf));
  };
  cpuid(0, 0);
  if (eax < 7) return false;
  cpuid(7, 0);
  const bool amx_bf16 = ((edx >> 22) & 1U) != 0;
  const bool avx512f = ((ebx >> 16) & 1U) != 0;
  if (eax < 1) return false;
  cpuid(7, 1);
  const bool avx512_bf16 = ((eax >> 5) & 1U) != 0;
  return (avx512f && avx512_bf16) || amx_bf16;
#else
  return false;
#endif
}

torch::ScalarType select_precision(const std::string& name, const torch::Device& device) {
  if (name == "fp32") return torch::kFloat32;
  if (name == "bf16") return torch::kBFloat16;
  require(name == "auto", ErrorCode::kInvalidArgument,
          "precision '" + name + "': expected auto, fp32 or bf16");
  return device.is_cuda() || cpu_has_native_bf16() ? torch::kBFloat16 : torch::kFloat32;
}

std::string describe_device(const torch::Device& device) {
  const int threads = at::get_num_threads();
  if (device.is_cpu())
    return "cpu, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
  return device.str();
}

}  // namespace imgcnn::nn
