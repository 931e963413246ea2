#include "imgcnn/base/simd/plain.h"
#include "kernels.h"

namespace imgcnn::runtime {
namespace plain {

using simd::plain::Simd;

#include "kernels_inl.h"

}  // namespace plain

const Kernels& plain_kernels() {
  static const plain::SimdKernels kernels("plain");
  return kernels;
}

}  // namespace imgcnn::runtime
