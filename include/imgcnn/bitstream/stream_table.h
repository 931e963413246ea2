#pragma once
// A section of a picture in tiles: a table, then one stream after the other. Layout:
// src/bitstream/FORMAT.md, section 1.3.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::bitstream {

/// One rANS stream and the hash of its symbols (hash_symbols).
struct Stream {
  Bytes bytes;
  std::uint32_t symbols_hash = 0;
};

/// The same inside a section.
struct StreamView {
  ByteSpan bytes;
  std::uint32_t symbols_hash = 0;
};

/// Throws kInvalidArgument for a stream of 4 GiB.
[[nodiscard]] Bytes serialize_streams(const std::vector<Stream>& streams);

/// Exactly `count` streams that fill the section. Throws kCorrupt naming `origin`, which tells file
/// and section.
[[nodiscard]] std::vector<StreamView> parse_streams(ByteSpan section, std::size_t count,
                                                    const std::string& origin);

/// What stands in the header for all streams together: the checksum over their hashes.
[[nodiscard]] std::uint32_t hash_of_hashes(const std::vector<std::uint32_t>& hashes);

}  // namespace imgcnn::bitstream
