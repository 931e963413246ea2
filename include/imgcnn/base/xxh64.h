#pragma once
// XXH64: the fast checksum of sections and symbols. Detects accidents, not attacks.

#include <cstdint>

#include "imgcnn/base/byte_span.h"

namespace imgcnn {

/// XXH64 of the bytes. Source: Collet, xxHash specification 0.1.1.
[[nodiscard]] std::uint64_t xxh64(ByteSpan bytes, std::uint64_t seed = 0);

}  // namespace imgcnn
