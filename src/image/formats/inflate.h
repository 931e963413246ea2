#pragma once
// Bounded decompression of metadata by zlib.

#include <optional>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

/// No profile, EXIF or XMP packet is believed to be larger than so many bytes.
constexpr std::size_t kMaxMetadataBytes = std::size_t{64} << 20;

/// The contents of a zlib stream (RFC 1950); nothing when it is damaged, truncated, or larger than
/// `limit` bytes.
[[nodiscard]] std::optional<Bytes> inflate_bounded(ByteSpan stream,
                                                   std::size_t limit = kMaxMetadataBytes);

/// Whether a zlib stream contradicts itself: invalid codes, or a checksum that does not fit what
/// was decompressed. One that merely ends early does not.
[[nodiscard]] bool is_damaged_zlib(ByteSpan stream);

}  // namespace imgcnn::image
