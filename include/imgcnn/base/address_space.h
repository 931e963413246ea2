#pragma once
// Whether there is room for what a library takes without asking, and in what pages memory comes.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace imgcnn {

/// Addresses alone, which `ulimit -v` bounds, or memory that may be written to, which `ulimit -d`
/// bounds as well.
enum class Mapping { kAddresses, kMemory };

/// Whether so many bytes in one piece can be mapped at this moment. Nothing stays mapped.
[[nodiscard]] bool can_map(std::uint64_t bytes, Mapping mapping) noexcept;

/// Asks the system for large pages where they fit into memory that is not written to yet: each
/// small page costs a fault, and a picture is thousands of them. Does nothing to less than 4 MiB,
/// nor where there are no such pages.
void prefer_large_pages(void* memory, std::size_t bytes) noexcept;

/// Returns so many zeros, in large pages.
template <class T>
[[nodiscard]] std::vector<T> zeros_in_large_pages(std::size_t size) {
  std::vector<T> zeros;
  zeros.reserve(size);
  prefer_large_pages(zeros.data(), size * sizeof(T));
  zeros.resize(size);
  return zeros;
}

}  // namespace imgcnn
