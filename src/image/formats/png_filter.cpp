#include "image/formats/png_filter.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace imgcnn::image {
namespace {

constexpr int kFilters = 5;

// Sixteen bits hold all that comes up here, and twice as many of them fit a vector as of `int`.
std::int16_t magnitude(std::int16_t value) {
  return static_cast<std::int16_t>(value < 0 ? -value : value);
}

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
void subtract(const std::uint8_t* row, const std::uint8_t* above, std::size_t count,
              std::size_t pixel, std::uint8_t* to, const Predict& predict) {
  const std::uint8_t* const left = row - pixel;
  const std::uint8_t* const corner = above - pixel;
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = static_cast<std::uint8_t>(
        row[i] - predict(std::int16_t{left[i]}, std::int16_t{above[i]}, std::int16_t{corner[i]}));
  }
}

void apply(int filter, const std::uint8_t* row, const std::uint8_t* above, std::size_t count,
           std::size_t pixel, std::uint8_t* to) {
  switch (filter) {
    case 1:
      return subtract(row, above, count, pixel, to, [](int left, int, int) { return left; });
    case 2:
      return subtract(row, above, count, pixel, to, [](int, int up, int) { return up; });
    case 3:
      return subtract(row, above, count, pixel, to,
                      [](int left, int up, int) { return (left + up) >> 1; });
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

/// The inverse of `subtract`: each pixel waits for the one before, but the bytes of a pixel do not
/// wait for each other.
template <std::size_t PixelBytes, class Predict>
void add(std::uint8_t* row, const std::uint8_t* above, std::size_t count, const Predict& predict) {
  std::array<int, PixelBytes> left = {};
  std::array<int, PixelBytes> corner = {};
  for (std::size_t i = 0; i < count; i += PixelBytes) {
    for (std::size_t c = 0; c < PixelBytes; ++c) {
      const int up = above[i + c];
      left[c] = (row[i + c] + predict(left[c], up, corner[c])) & 0xFF;
      corner[c] = up;
      row[i + c] = static_cast<std::uint8_t>(left[c]);
    }
  }
}

/// `paeth` for one byte at a time: nobody can foretell which of the three it is, so there are masks
/// and no branches.
int paeth_by_masks(int left, int above, int corner) {
  const int to_left = std::abs(above - corner);
  const int to_above = std::abs(left - corner);
  const int to_corner = std::abs(left + above - 2 * corner);
  const int is_corner = -static_cast<int>(to_corner < to_above);
  const int nearer = above ^ ((above ^ corner) & is_corner);
  const int is_nearer = -static_cast<int>(std::min(to_above, to_corner) < to_left);
  return left ^ ((left ^ nearer) & is_nearer);
}

template <std::size_t PixelBytes>
bool restore(int filter, std::uint8_t* row, const std::uint8_t* above, std::size_t count) {
  switch (filter) {
    case 0:
      return true;
    case 1:
      add<PixelBytes>(row, above, count, [](int left, int, int) { return left; });
      return true;
    case 2:
      for (std::size_t i = 0; i < count; ++i) row[i] = static_cast<std::uint8_t>(row[i] + above[i]);
      return true;
    case 3:
      add<PixelBytes>(row, above, count, [](int left, int up, int) { return (left + up) >> 1; });
      return true;
    case 4:
      add<PixelBytes>(row, above, count, paeth_by_masks);
      return true;
    default:
      return false;
  }
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

bool unfilter(int filter, std::uint8_t* row, const std::uint8_t* above, std::size_t row_bytes,
              std::size_t pixel_bytes) {
  switch (pixel_bytes) {
    case 1:
      return restore<1>(filter, row, above, row_bytes);
    case 2:
      return restore<2>(filter, row, above, row_bytes);
    case 3:
      return restore<3>(filter, row, above, row_bytes);
    case 4:
      return restore<4>(filter, row, above, row_bytes);
    case 6:
      return restore<6>(filter, row, above, row_bytes);
    default:
      return restore<8>(filter, row, above, row_bytes);
  }
}

}  // namespace imgcnn::image
