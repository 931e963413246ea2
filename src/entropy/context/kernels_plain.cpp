// Compiled for every processor.

#include "context_kernels.h"

#include "imgcnn/base/simd/instruction_set.h"
#include "imgcnn/base/simd/plain.h"

namespace imgcnn::entropy {
namespace plain {

using imgcnn::simd::plain::Simd;

#include "context_kernels_inl.h"

}  // namespace plain

const ContextKernels& plain_context() { return plain::kKernels; }

const ContextKernels& best_context() {
  return *simd::fastest(avx512_context(), avx2_context(), &plain_context());
}

}  // namespace imgcnn::entropy
