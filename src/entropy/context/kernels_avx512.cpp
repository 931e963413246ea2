// Compiled for AVX-512 with VNNI; empty for other architectures.

#include "context_kernels.h"

#if defined(__x86_64__)
#include "imgcnn/base/simd/avx512.h"
#include "imgcnn/base/simd/instruction_set.h"

namespace imgcnn::entropy {
namespace avx512 {

using imgcnn::simd::avx512::Simd;

#include "context_kernels_inl.h"

}  // namespace avx512

const ContextKernels* avx512_context() { return simd::has_avx512() ? &avx512::kKernels : nullptr; }

}  // namespace imgcnn::entropy
#else
namespace imgcnn::entropy {
const ContextKernels* avx512_context() { return nullptr; }
}  // namespace imgcnn::entropy
#endif
