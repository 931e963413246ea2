#include "imgcnn/base/address_space.h"

#include <sys/mman.h>
#include <unistd.h>

namespace imgcnn {

bool can_map(std::uint64_t bytes, Mapping mapping) noexcept {
  const int protection = mapping == Mapping::kMemory ? PROT_READ | PROT_WRITE : PROT_NONE;
  void* const trial =
      ::mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (trial == MAP_FAILED) return false;
  ::munmap(trial, bytes);
  return true;
}

void prefer_large_pages(void* memory, std::size_t bytes) noexcept {
#ifdef MADV_HUGEPAGE
  constexpr std::size_t kLeast = std::size_t{4} << 20;
  if (bytes < kLeast) return;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const auto first = (address + page - 1) / page * page, end = (address + bytes) / page * page;
  ::madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
#else
  static_cast<void>(memory);
  static_cast<void>(bytes);
#endif
}

}  // namespace imgcnn
