#pragma once
// What the fuzz targets share: properties that abort, and structured values out of raw bytes.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::fuzz {

/// Stops the process, which a fuzzer reports as a finding.
inline void expect(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", property);
  std::abort();
}

/// Hands out values from the front of the input; zeros when it is used up.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : bytes_(data, size) {}

  [[nodiscard]] std::uint32_t u8() { return position_ < bytes_.size() ? bytes_[position_++] : 0; }
  [[nodiscard]] std::uint32_t u16() {
    const std::uint32_t low = u8();
    return low | u8() << 8;
  }
  [[nodiscard]] std::uint32_t u32() {
    const std::uint32_t low = u16();
    return low | u16() << 16;
  }
  /// low .. high.
  [[nodiscard]] int in_range(int low, int high) {
    return low + static_cast<int>(u32() % (static_cast<std::uint32_t>(high - low) + 1));
  }
  /// What is left.
  [[nodiscard]] ByteSpan rest() const {
    return bytes_.subspan(position_, bytes_.size() - position_);
  }
  /// What is left behind a length (u16) of the first of two spans.
  [[nodiscard]] std::pair<ByteSpan, ByteSpan> halves() {
    const std::size_t length = u16();
    const ByteSpan bytes = rest();
    const std::size_t border = std::min(length, bytes.size());
    return {bytes.subspan(0, border), bytes.subspan(border, bytes.size() - border)};
  }
  [[nodiscard]] bool empty() const { return position_ == bytes_.size(); }

 private:
  ByteSpan bytes_;
  std::size_t position_ = 0;
};

}  // namespace imgcnn::fuzz
