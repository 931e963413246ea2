#pragma once
// The filters of PNG: each byte less what its neighbours foretell. Source: PNG specification, third
// edition, chapter 9.

#include <cstddef>
#include <cstdint>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

/// Filters rows one by one.
class RowFilter {
 public:
  /// row_bytes: of a row without its filter's number; pixel_bytes: of a whole pixel, 1..8.
  RowFilter(std::size_t row_bytes, std::size_t pixel_bytes);

  /// Writes a row's filter and its filtered bytes, 1 + row_bytes of them. The filter is that whose
  /// bytes, taken as signed, have the least sum of magnitudes. `row` and `above` are rows of the
  /// picture, each with `pixel_bytes` zeros before it; above the first row stand zeros.
  void filter(const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* to);

 private:
  std::size_t row_bytes_;
  std::size_t pixel_bytes_;
  Bytes best_;
  Bytes tried_;
};

/// Puts a filtered row back in place; `above` is the row above it, put back before, or zeros. False
/// for a filter that does not exist. pixel_bytes: 1, 2, 3, 4, 6 or 8, of which row_bytes is a
/// multiple.
[[nodiscard]] bool unfilter(int filter, std::uint8_t* row, const std::uint8_t* above,
                            std::size_t row_bytes, std::size_t pixel_bytes);

}  // namespace imgcnn::image
