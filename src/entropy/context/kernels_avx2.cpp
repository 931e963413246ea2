// Compiled for AVX2; empty for other architectures.

#include "context_kernels.h"

#if defined(__x86_64__)
#include "imgcnn/base/simd/avx2.h"
#include "imgcnn/base/simd/instruction_set.h"

namespace imgcnn::entropy {
namespace avx2 {

using imgcnn::simd::avx2::Simd;

#include "context_kernels_inl.h"

}  // namespace avx2

const ContextKernels* avx2_context() { return simd::has_avx2() ? &avx2::kKernels : nullptr; }

}  // namespace imgcnn::entropy
#else
namespace imgcnn::entropy {
const ContextKernels* avx2_context() { return nullptr; }
}  // namespace imgcnn::entropy
#endif
