// Compiled for every processor.

#include "mlp_kernels.h"

#include "imgcnn/base/simd/instruction_set.h"
#include "imgcnn/base/simd/plain.h"

namespace imgcnn::entropy {
namespace plain {

using imgcnn::simd::plain::Simd;

#include "mlp_kernels_inl.h"

}  // namespace plain

ApplyLayer plain_layer() { return plain::apply_layer; }

ApplyLayer best_layer() { return simd::fastest(avx512_layer(), avx2_layer(), plain_layer()); }

}  // namespace imgcnn::entropy
