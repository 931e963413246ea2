// XXH64 by the xxHash header, compiled in.
#include "imgcnn/base/xxh64.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace imgcnn {

std::uint64_t xxh64(ByteSpan bytes, std::uint64_t seed) {
  return XXH64(bytes.data(), bytes.size(), seed);
}

}  // namespace imgcnn
