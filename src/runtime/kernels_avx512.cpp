// Compiled for AVX-512 with VNNI; empty for other architectures.

#include "kernels.h"

#if defined(__x86_64__)
#include "imgcnn/base/simd/avx512.h"
#include "imgcnn/base/simd/instruction_set.h"

namespace imgcnn::runtime {
namespace avx512 {

using simd::avx512::Simd;

#include "kernels_inl.h"

}  // namespace avx512

const Kernels* avx512_kernels() {
  if (!simd::has_avx512()) return nullptr;
  static const avx512::SimdKernels kernels("avx512");
  return &kernels;
}

}  // namespace imgcnn::runtime
#else
namespace imgcnn::runtime {
const Kernels* avx512_kernels() { return nullptr; }
}  // namespace imgcnn::runtime
#endif
