// Compiled for AVX2 and FMA; empty for other architectures.

#include "kernels.h"

#if defined(__x86_64__)
#include "imgcnn/base/simd/avx2.h"
#include "imgcnn/base/simd/instruction_set.h"

namespace imgcnn::runtime {
namespace avx2 {

using simd::avx2::Simd;

#include "kernels_inl.h"

}  // namespace avx2

const Kernels* avx2_kernels() {
  if (!simd::has_avx2()) return nullptr;
  static const avx2::SimdKernels kernels("avx2");
  return &kernels;
}

}  // namespace imgcnn::runtime
#else
namespace imgcnn::runtime {
const Kernels* avx2_kernels() { return nullptr; }
}  // namespace imgcnn::runtime
#endif
