#include "imgcnn/base/address_space.h"

#include <sys/mman.h>

namespace imgcnn {

bool can_map(std::uint64_t bytes, Mapping mapping) noexcept {
  const int protection = mapping == Mapping::kMemory ? PROT_READ | PROT_WRITE : PROT_NONE;
  void* const trial =
      ::mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (trial == MAP_FAILED) return false;
  ::munmap(trial, bytes);
  return true;
}

}  // namespace imgcnn
