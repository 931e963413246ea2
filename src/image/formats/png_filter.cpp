#include "image/formats/png_filter.h"

#include <algorithm>
#include <cstring>

namespace imgcnn::image {
namespace {

constexpr int kFilters = 5;

// Sixteen bits hold all that comes up here, and twice as many of them fit a vector as of `int`.
std::int16_t magnitude(std::int16_t value) { return static_cast<std::int16_t>(value < 0 ? -value : value); }

/// Of left, above and upper left that which is nearest to left + above - upper left.
std::int16_t paeth(std::int16_t left, std::int16_t above, std::int16_t corner) {
  const auto from_left = static_cast<std::int16_t>(above - corner);
  const auto from_above = static_cast<std::int16_t>(left - corner);
  const std::int16_t to_left = magnitude(from_left);
  const std::int16_t to_above = magnitude(from_above);
  const std::int16_t to_corner = magnitude(static_cast<std::int16_t>(from_left + from_above));
  const std::int16_t nearer = to_above <= to_corner ? above : corner;
  return to_left <= std::min(to_above, to_corner) ? left : nearer;
}

/// Straight loops without branches, which compilers turn into vector instructions.
template <class Predict>
void subtract(const std::uint8_t* row, const std::uint8_t* above, std::size_t count, std::size_t pixel,
              std::uint8_t* to, const Predict& predict) {
  const std::uint8_t* const left = row - pixel;
  const std::uint8_t* const corner = above - pixel;
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = static_cast<std::uint8_t>(row[i] -
                                      predict(std::int16_t{left[i]}, std::int16_t{above[i]}, std::int16_t{corner[i]}));
  }
}

void apply(int filter, const std::uint8_t* row, const std::uint8_t* above, std::size_t count, std::size_t pixel,
           std::uint8_t* to) {
  switch (filter) {
    case 1:
      return subtract(row, above, count, pixel, to, [](int left, int, int) { return left; });
    case 2:
      return subtract(row, above, count, pixel, to, [](int, int up, int) { return up; });
    case 3:
      return subtract(row, above, count, pixel, to, [](int left, int up, int) { return (left + up) >> 1; });
    case 4:
      return subtract(row, above, count, pixel, to, paeth);
    default:
      std::memcpy(to, row, count);
  }
}

/// Of bytes as signed numbers. Rows have at most 2^19 bytes, so 32 bits are enough for the sum.
std::uint32_t sum_of_magnitudes(const Bytes& bytes) {
  std::uint32_t sum = 0;
  for (const std::uint8_t byte : bytes) sum += std::min(byte, static_cast<std::uint8_t>(-byte));
  return sum;
}

}  // namespace

RowFilter::RowFilter(std::size_t row_bytes, std::size_t pixel_bytes)
    : row_bytes_(row_bytes), pixel_bytes_(pixel_bytes), best_(row_bytes), tried_(row_bytes) {}

void RowFilter::filter(const std::uint8_t* row, const std::uint8_t* above, std::uint8_t* to) {
  std::uint32_t least = UINT32_MAX;
  for (int filter = 0; filter < kFilters; ++filter) {
    apply(filter, row, above, row_bytes_, pixel_bytes_, tried_.data());
    const std::uint32_t sum = sum_of_magnitudes(tried_);
    if (sum >= least) continue;
    least = sum;
    to[0] = static_cast<std::uint8_t>(filter);
    best_.swap(tried_);
  }
  std::memcpy(to + 1, best_.data(), row_bytes_);
}

}  // namespace imgcnn::image
