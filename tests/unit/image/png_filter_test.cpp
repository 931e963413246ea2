// The filters of PNG, against the specification's words for single bytes.
#include "image/formats/png_filter.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "test_pictures.h"

namespace imgcnn::image {
namespace {

constexpr int kFilters = 5;

/// A row with `margin` zeros before it: noise, or a slope on which one filter or another is the
/// best.
Bytes some_row(std::size_t margin, std::size_t size, int seed) {
  const Image noise = noise_picture(static_cast<int>(size), 2, 1, 8);
  Bytes row(margin);
  for (std::size_t i = 0; i < size; ++i) {
    const auto number = static_cast<std::size_t>(seed);
    const std::size_t slope = i * number + number * 40;
    row.push_back(static_cast<std::uint8_t>(seed % 2 == 0 ? noise.samples[i + number] : slope));
  }
  return row;
}

/// What the filter takes from the byte at `i`. Source: PNG specification, third edition, 9.2
/// to 9.4.
int prediction(int filter, const Bytes& row, const Bytes& above, std::size_t i, std::size_t pixel) {
  const int a = row[i - pixel];
  const int b = above[i];
  const int c = above[i - pixel];
  if (filter == 0) return 0;
  if (filter == 1) return a;
  if (filter == 2) return b;
  if (filter == 3) return (a + b) / 2;
  const int p = a + b - c;
  const int pa = std::abs(p - a);
  const int pb = std::abs(p - b);
  const int pc = std::abs(p - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

Bytes filtered_by(int filter, const Bytes& row, const Bytes& above, std::size_t pixel) {
  Bytes result;
  for (std::size_t i = pixel; i < row.size(); ++i) {
    result.push_back(static_cast<std::uint8_t>(row[i] - prediction(filter, row, above, i, pixel)));
  }
  return result;
}

int magnitudes(const Bytes& bytes) {
  int sum = 0;
  for (const std::uint8_t byte : bytes) sum += byte < 128 ? byte : 256 - byte;
  return sum;
}

TEST(PngFilter, TheLeastSumOfMagnitudesIsTaken) {
  for (const std::size_t pixel : {1, 2, 3, 4, 6, 8}) {
    const std::size_t size = 40 * pixel;
    RowFilter filter(size, pixel);
    for (int seed = 0; seed < 8; ++seed) {
      const Bytes row = some_row(pixel, size, seed);
      const Bytes above = some_row(pixel, size, seed / 2 + 1);
      Bytes written(1 + size);
      filter.filter(row.data() + pixel, above.data() + pixel, written.data());
      ASSERT_LT(written[0], kFilters);
      const Bytes bytes(written.begin() + 1, written.end());
      EXPECT_EQ(bytes, filtered_by(written[0], row, above, pixel)) << pixel << " " << seed;
      for (int other = 0; other < kFilters; ++other) {
        EXPECT_LE(magnitudes(bytes), magnitudes(filtered_by(other, row, above, pixel)))
            << pixel << " " << seed;
      }
    }
  }
}

TEST(PngFilter, EveryFilterIsTakenBack) {
  for (const std::size_t pixel : {1, 2, 3, 4, 6, 8}) {
    const std::size_t size = 50 * pixel;
    for (int filter = 0; filter < kFilters; ++filter) {
      for (int seed = 0; seed < 6; ++seed) {
        const Bytes row = some_row(pixel, size, seed);
        const Bytes above = some_row(pixel, size, seed + 1);
        Bytes bytes = filtered_by(filter, row, above, pixel);
        ASSERT_TRUE(unfilter(filter, bytes.data(), above.data() + pixel, size, pixel));
        EXPECT_EQ(bytes, Bytes(row.begin() + static_cast<std::ptrdiff_t>(pixel), row.end()))
            << pixel << " " << filter;
      }
    }
  }
  Bytes row(4);
  EXPECT_FALSE(unfilter(kFilters, row.data(), row.data(), row.size(), 1));
}

}  // namespace
}  // namespace imgcnn::image
