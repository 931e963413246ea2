#pragma once
// Memory that is kept between calls: aligned to cache lines, never initialized, grown but not
// shrunk.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "imgcnn/base/address_space.h"

namespace imgcnn::runtime {

template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t size) { reserve(size); }

  /// Room for `size` values. What was in it is lost when it has to grow. Throws std::bad_alloc.
  T* reserve(std::size_t size) {
    if (size > size_) {
      constexpr std::size_t kLine = 64;
      memory_.reset();
      size_ = 0;
      const std::size_t bytes = (size * sizeof(T) + kLine - 1) / kLine * kLine;
      memory_.reset(static_cast<T*>(std::aligned_alloc(kLine, bytes)));
      if (memory_ == nullptr) throw std::bad_alloc();
      prefer_large_pages(memory_.get(), bytes);
      size_ = size;
    }
    return memory_.get();
  }

  [[nodiscard]] T* data() { return memory_.get(); }
  [[nodiscard]] const T* data() const { return memory_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<T, Free> memory_;
  std::size_t size_ = 0;
};

// Compiled in kernels.cpp alone: what the kernels do not inline must not be compiled for their
// instruction sets.
extern template class Buffer<float>;
extern template class Buffer<std::int16_t>;

}  // namespace imgcnn::runtime
