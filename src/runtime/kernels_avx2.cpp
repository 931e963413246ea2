// Compiled for AVX2 and FMA; empty for other architectures.

#include "kernels.h"

#if defined(__x86_64__)
#include "simd_avx2.h"

namespace imgcnn::runtime {
namespace avx2 {

#include "kernels_inl.h"

}  // namespace avx2

const Kernels* avx2_kernels() {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return nullptr;
  static const avx2::SimdKernels kernels("avx2");
  return &kernels;
}

}  // namespace imgcnn::runtime
#else
namespace imgcnn::runtime {
const Kernels* avx2_kernels() { return nullptr; }
}  // namespace imgcnn::runtime
#endif
