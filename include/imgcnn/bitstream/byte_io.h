#pragma once
// Little-endian writing and bounded reading of bytes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::bitstream {

/// The characters of `text` as bytes. The text outlives the view.
[[nodiscard]] inline ByteSpan as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Appends fixed-width little-endian integers, LEB128 numbers and raw bytes.
class ByteWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u16(std::uint16_t value) { little_endian(value, 2); }
  void u32(std::uint32_t value) { little_endian(value, 4); }
  void u64(std::uint64_t value) { little_endian(value, 8); }
  /// Unsigned LEB128: seven bits a byte, lowest first, bit 7 set on all but the last; 1 to 5 bytes.
  void leb128(std::uint32_t value);
  void append(ByteSpan bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  void reserve(std::size_t count) { bytes_.reserve(count); }

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  void little_endian(std::uint64_t value, int count);

  Bytes bytes_;
};

/// Reads what a ByteWriter wrote and never beyond the end: after the first fault every read gives
/// zero or nothing, and `fault` tells what it was. Check it once behind a group of reads.
class ByteReader {
 public:
  enum class Fault {
    kNone,
    kTruncated,     ///< the bytes ended
    kNotCanonical,  ///< a LEB128 number longer than it need be, or above 2^32 - 1
  };

  /// `bytes` outlives the reader.
  explicit ByteReader(ByteSpan bytes) : bytes_(bytes) {}

  [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(little_endian(1)); }
  [[nodiscard]] std::uint16_t u16() { return static_cast<std::uint16_t>(little_endian(2)); }
  [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(little_endian(4)); }
  [[nodiscard]] std::uint64_t u64() { return little_endian(8); }
  [[nodiscard]] std::uint32_t leb128();
  /// The next `count` bytes; empty after a fault.
  [[nodiscard]] ByteSpan take(std::size_t count);

  [[nodiscard]] Fault fault() const { return fault_; }
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] std::size_t remaining() const { return bytes_.size() - position_; }
  /// The bytes read since `begin`. Requires: begin <= position().
  [[nodiscard]] ByteSpan since(std::size_t begin) const {
    return bytes_.subspan(begin, position_ - begin);
  }

 private:
  [[nodiscard]] std::uint64_t little_endian(std::size_t count);

  ByteSpan bytes_;
  std::size_t position_ = 0;
  Fault fault_ = Fault::kNone;
};

}  // namespace imgcnn::bitstream
