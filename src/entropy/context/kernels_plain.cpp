// Compiled for every processor.

#include "mlp_kernels.h"

#include "imgcnn/base/simd/instruction_set.h"
#include "imgcnn/base/simd/plain.h"

namespace imgcnn::entropy {
namespace plain {

using imgcnn::simd::plain::Simd;

#include "mlp_kernels_inl.h"

}  // namespace plain

const MlpKernels& plain_mlp() { return plain::kKernels; }

const MlpKernels& best_mlp() { return *simd::fastest(avx512_mlp(), avx2_mlp(), &plain_mlp()); }

}  // namespace imgcnn::entropy
