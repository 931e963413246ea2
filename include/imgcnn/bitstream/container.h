#pragma once
// A .cnz file as a header and checked sections. Layout: src/bitstream/FORMAT.md.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/stream_header.h"

namespace imgcnn::bitstream {

/// Contents of a file. An empty section is not written, but for 'detail', and reads back as empty.
struct Container {
  StreamHeader header;
  Bytes coarse;  ///< rANS streams of all symbols, or what a preview needs of them; never empty
  /// rANS streams of blocks that are coded as pixels; empty where there are none.
  Bytes pixels;
  /// The rest of the streams of 'coarse'; written, if need be empty, where the header has coarse
  /// channels.
  Bytes detail;
  Bytes alpha;  ///< PNG of the alpha plane; only with 2 or 4 channels, where absence means opaque
  Bytes icc;    ///< ICC profile
  Bytes exif;   ///< TIFF-structured EXIF
  Bytes xmp;    ///< XMP packet
};

/// Where a section's payload lies.
struct SectionInfo {
  /// "coarse", "pixels", "detail", "alpha", "icc", "exif", "xmp" or "unknown-NN" (type in
  /// hexadecimal).
  std::string name;
  std::uint64_t offset = 0;  ///< bytes from the start of the file
  std::uint64_t length = 0;  ///< bytes of payload
};

/// What `info` shows.
struct ContainerInfo {
  StreamHeader header;
  std::vector<SectionInfo> sections;  ///< in file order
  /// From the start of the file to the end of 'coarse'; 0 when it is not known.
  std::uint64_t preview_bytes = 0;
  std::optional<Error> fault;  ///< of a front: what ends it before the file's end mark

  /// Whether all of 'coarse' is there.
  [[nodiscard]] bool has_preview() const { return !sections.empty(); }
};

/// Throws kInvalidArgument: a header field out of range, 'coarse' missing, 'detail' without coarse
/// channels, alpha without an alpha channel, a section of 4 GiB.
[[nodiscard]] Bytes serialize_container(const Container& container);

/// Reads and checks a whole file; limits hold before any section is copied. Unknown ancillary
/// sections are skipped. Throws kNotACnzFile, kUnsupportedVersion (also: unknown critical section),
/// kTruncated, kCorrupt, kLimitExceeded, each message naming `origin` and the section. That of
/// kTruncated tells whether a preview can be shown, or what it needs.
[[nodiscard]] Container parse_container(ByteSpan file, const ParseLimits& limits,
                                        const std::string& origin);

/// Reads what a preview needs: header and 'coarse', and what is whole of the other sections but
/// 'detail', which is left empty and not looked at. Throws as `parse_container` for what is wrong
/// up to the end of 'coarse', and for an unknown critical section.
[[nodiscard]] Container parse_front(ByteSpan file, const ParseLimits& limits,
                                    const std::string& origin);

/// The checks of `parse_container`, without limits and without copying. Throws the same.
[[nodiscard]] ContainerInfo inspect_container(ByteSpan file, const std::string& origin);

/// The checks of `parse_front`: sections up to the first that is not whole, if need be none. Throws
/// what is wrong with the header, and for an unknown critical section.
[[nodiscard]] ContainerInfo inspect_front(ByteSpan file, const std::string& origin);

}  // namespace imgcnn::bitstream
