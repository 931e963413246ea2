#include "kernels.h"

#include "imgcnn/base/simd/instruction_set.h"

namespace imgcnn::runtime {

template class Buffer<float>;
template class Buffer<std::int16_t>;

Kernels::~Kernels() = default;

const Kernels& best_kernels() {
  return *simd::fastest(avx512_kernels(), avx2_kernels(), &plain_kernels());
}

}  // namespace imgcnn::runtime
