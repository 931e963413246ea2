#include "kernels.h"
#include "simd_plain.h"

namespace imgcnn::runtime {
namespace plain {

#include "kernels_inl.h"

}  // namespace plain

const Kernels& plain_kernels() {
  static const plain::SimdKernels kernels("plain");
  return kernels;
}

}  // namespace imgcnn::runtime
