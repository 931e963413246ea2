#pragma once
// Bytes with shared ownership: what is cut out of a mapped file keeps the file mapped.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "imgcnn/base/byte_span.h"

namespace imgcnn {

/// A view of constant bytes that owns what it views, together with all its copies and parts.
class SharedBytes {
 public:
  SharedBytes() = default;
  SharedBytes(ByteSpan view, std::shared_ptr<const void> owner)
      : view_(view), owner_(std::move(owner)) {}
  SharedBytes(Bytes bytes) {  // NOLINT: implicit
    auto owner = std::make_shared<const Bytes>(std::move(bytes));
    view_ = *owner;
    owner_ = std::move(owner);
  }

  operator ByteSpan() const { return view_; }  // NOLINT: implicit
  [[nodiscard]] const std::uint8_t* data() const { return view_.data(); }
  [[nodiscard]] std::size_t size() const { return view_.size(); }
  [[nodiscard]] const std::uint8_t* begin() const { return view_.begin(); }
  [[nodiscard]] const std::uint8_t* end() const { return view_.end(); }
  std::uint8_t operator[](std::size_t i) const { return view_[i]; }

  /// The `count` bytes from `offset`. Requires: offset + count <= size().
  [[nodiscard]] SharedBytes subspan(std::size_t offset, std::size_t count) const {
    return {view_.subspan(offset, count), owner_};
  }

  friend bool operator==(const SharedBytes& a, const SharedBytes& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }
  friend bool operator!=(const SharedBytes& a, const SharedBytes& b) { return !(a == b); }

 private:
  ByteSpan view_;
  std::shared_ptr<const void> owner_;
};

}  // namespace imgcnn
