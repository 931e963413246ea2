#pragma once
// Where the network runs and in which precision: chosen by what the machine reports.

#include <torch/torch.h>

#include <string>

namespace imgcnn::nn {

/// "auto" (CUDA when there is one), "cpu", "cuda" or "cuda:N". Throws kInvalidArgument on other
/// words, kDevice when absent.
[[nodiscard]] torch::Device select_device(const std::string& name);

/// CPU threads of LibTorch for this process; 0 = all cores this process may use. Returns the number
/// set. Called before anything is computed: the first call throws kLimitExceeded when there is no
/// memory for so many.
int set_threads(int threads);

/// Whether this CPU multiplies bfloat16 natively (AVX512_BF16 or AMX_BF16). Where it does not, bf16
/// is far slower than float32.
[[nodiscard]] bool cpu_has_native_bf16();

/// "auto", "fp32" or "bf16" -> type for the transforms. "auto" = bf16 on CUDA and on CPUs that have
/// it.
[[nodiscard]] torch::ScalarType select_precision(const std::string& name,
                                                 const torch::Device& device);

/// The device in words: "cpu, 2 threads" or "cuda:0".
[[nodiscard]] std::string describe_device(const torch::Device& device);

}  // namespace imgcnn::nn
