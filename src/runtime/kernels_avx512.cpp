// Compiled for AVX-512 with VNNI; empty for other architectures.

#include "kernels.h"

#if defined(__x86_64__)
#include "simd_avx512.h"

namespace imgcnn::runtime {
namespace avx512 {

#include "kernels_inl.h"

}  // namespace avx512

const Kernels* avx512_kernels() {
  for (const bool supported : {__builtin_cpu_supports("avx512f") != 0, __builtin_cpu_supports("avx512bw") != 0,
                               __builtin_cpu_supports("avx512vl") != 0, __builtin_cpu_supports("avx512dq") != 0,
                               __builtin_cpu_supports("avx512vnni") != 0}) {
    if (!supported) return nullptr;
  }
  static const avx512::SimdKernels kernels("avx512");
  return &kernels;
}

}  // namespace imgcnn::runtime
#else
namespace imgcnn::runtime {
const Kernels* avx512_kernels() { return nullptr; }
}  // namespace imgcnn::runtime
#endif
