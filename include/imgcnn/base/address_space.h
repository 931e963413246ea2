#pragma once
// Whether there is room for what a library takes without asking.

#include <cstdint>

namespace imgcnn {

/// Addresses alone, which `ulimit -v` bounds, or memory that may be written to, which `ulimit -d`
/// bounds as well.
enum class Mapping { kAddresses, kMemory };

/// Whether so many bytes in one piece can be mapped at this moment. Nothing stays mapped.
[[nodiscard]] bool can_map(std::uint64_t bytes, Mapping mapping) noexcept;

}  // namespace imgcnn
