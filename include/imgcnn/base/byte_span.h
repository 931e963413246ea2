#pragma once
// A view of constant bytes (C++17 has no std::span).

#include <cstddef>
#include <cstdint>
#include <vector>

namespace imgcnn {

using Bytes = std::vector<std::uint8_t>;

/// Non-owning view of `size` bytes. The owner outlives the view.
class ByteSpan {
 public:
  ByteSpan() = default;
  ByteSpan(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  ByteSpan(const Bytes& bytes) : data_(bytes.data()), size_(bytes.size()) {}  // NOLINT: implicit

  [[nodiscard]] const std::uint8_t* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] const std::uint8_t* begin() const { return data_; }
  [[nodiscard]] const std::uint8_t* end() const { return data_ + size_; }
  std::uint8_t operator[](std::size_t i) const { return data_[i]; }

  /// The `count` bytes from `offset`. Requires: offset + count <= size().
  [[nodiscard]] ByteSpan subspan(std::size_t offset, std::size_t count) const {
    return {data_ + offset, count};
  }
  [[nodiscard]] Bytes to_bytes() const { return Bytes(begin(), end()); }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace imgcnn
