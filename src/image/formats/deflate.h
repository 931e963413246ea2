#pragma once
// Compression by libdeflate, which takes a third of zlib's time at equal size.

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

/// One part of raw deflate data (RFC 1951), in whole bytes: parts that were compressed apart, on
/// several threads, make one stream when they stand one behind the other. The `last` part ends it.
/// level: 0 (stored) .. kMaxPngLevel.
[[nodiscard]] Bytes deflate_part(ByteSpan bytes, int level, bool last);

}  // namespace imgcnn::image
