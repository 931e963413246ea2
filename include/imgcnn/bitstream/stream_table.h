#pragma once
// A section of a picture in tiles: a table of lengths, then one stream, or part of one, after the
// other. Layout: src/bitstream/FORMAT.md, section 1.3.

#include <cstddef>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::bitstream {

/// Throws kInvalidArgument for a stream of 4 GiB.
[[nodiscard]] Bytes serialize_streams(const std::vector<Bytes>& streams);

/// Exactly `count` streams that fill the section, which outlives them. Throws kCorrupt naming
/// `origin`, which tells file and section.
[[nodiscard]] std::vector<ByteSpan> parse_streams(ByteSpan section, std::size_t count,
                                                  const std::string& origin);

}  // namespace imgcnn::bitstream
