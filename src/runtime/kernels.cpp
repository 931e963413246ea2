#include "kernels.h"

#include <cstdlib>
#include <initializer_list>
#include <string_view>

namespace imgcnn::runtime {

template class Buffer<float>;
template class Buffer<std::int16_t>;

Kernels::~Kernels() = default;

const Kernels& best_kernels() {
  const char* const asked = std::getenv("IMGCNN_SIMD");
  const Kernels* best = nullptr;
  for (const Kernels* kernels : {avx512_kernels(), avx2_kernels(), &plain_kernels()}) {
    if (kernels == nullptr) continue;
    if (best == nullptr) best = kernels;
    if (asked != nullptr && std::string_view(asked) == kernels->name()) return *kernels;
  }
  return *best;
}

}  // namespace imgcnn::runtime
