#pragma once
// A .cnz file as a header and checked sections. Layout: src/bitstream/FORMAT.md.

#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/bitstream/stream_header.h"

namespace imgcnn::bitstream {

/// Contents of a file. An empty section is not written, and reads back as empty.
struct Container {
  StreamHeader header;
  Bytes latent;  ///< rANS stream, never empty
  Bytes alpha;   ///< PNG of the alpha plane; only with 2 or 4 channels, where absence means opaque
  Bytes icc;     ///< ICC profile
  Bytes exif;    ///< TIFF-structured EXIF
  Bytes xmp;     ///< XMP packet
};

/// Where a section's payload lies.
struct SectionInfo {
  std::string name;          ///< "latent", "alpha", "icc", "exif", "xmp" or "unknown-NN" (type in hexadecimal)
  std::uint64_t offset = 0;  ///< bytes from the start of the file
  std::uint64_t length = 0;  ///< bytes of payload
};

/// What `info` shows.
struct ContainerInfo {
  StreamHeader header;
  std::vector<SectionInfo> sections;  ///< in file order
};

/// Throws kInvalidArgument: a header field out of range, no latent, alpha without an alpha channel, a section of 4 GiB.
[[nodiscard]] Bytes serialize_container(const Container& container);

/// Reads and checks a whole file; limits hold before any section is copied. Unknown ancillary sections are skipped.
/// Throws kNotACnzFile, kUnsupportedVersion (also: unknown critical section), kTruncated, kCorrupt, kLimitExceeded,
/// each message naming `origin` and the section.
[[nodiscard]] Container parse_container(ByteSpan file, const ParseLimits& limits, const std::string& origin);

/// The same checks without limits and without copying. Throws as `parse_container`.
[[nodiscard]] ContainerInfo inspect_container(ByteSpan file, const std::string& origin);

}  // namespace imgcnn::bitstream
