// Compiled for AVX2; empty for other architectures.

#include "mlp_kernels.h"

#if defined(__x86_64__)
#include "imgcnn/base/simd/avx2.h"
#include "imgcnn/base/simd/instruction_set.h"

namespace imgcnn::entropy {
namespace avx2 {

using imgcnn::simd::avx2::Simd;

#include "mlp_kernels_inl.h"

}  // namespace avx2

const MlpKernels* avx2_mlp() { return simd::has_avx2() ? &avx2::kKernels : nullptr; }

}  // namespace imgcnn::entropy
#else
namespace imgcnn::entropy {
const MlpKernels* avx2_mlp() { return nullptr; }
}  // namespace imgcnn::entropy
#endif
