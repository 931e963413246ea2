// Frequency tables: what is refused, and that lookup is the inverse of the intervals.

#include "imgcnn/entropy/cdf_table.h"

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"

namespace imgcnn::entropy {
namespace {

using Ints = std::vector<std::int32_t>;
using Frequencies = std::vector<std::uint16_t>;

void expect_corrupt(const Ints& offsets, const Ints& lengths, const Frequencies& frequencies) {
  try {
    const CdfTable table(offsets, lengths, frequencies, "prior");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
    EXPECT_NE(std::string(e.what()).find("'prior'"), std::string::npos);
  }
}

TEST(CdfTable, RefusesWhatDoesNotAddUp) {
  EXPECT_NO_THROW(CdfTable({0}, {2}, {65535, 1}, "prior"));
  expect_corrupt({}, {}, {});
  expect_corrupt({0}, {2, 2}, {65535, 1, 65535, 1});
  expect_corrupt({0}, {2}, {65535});
  expect_corrupt({0}, {2}, {65535, 1, 1});
  expect_corrupt({0}, {2}, {65534, 1});
  expect_corrupt({0}, {2}, {65535, 2});
  expect_corrupt({0}, {3}, {65535, 0, 1});
  expect_corrupt({0}, {1}, {65535});
  expect_corrupt({0}, {-1}, {65535, 1});
  expect_corrupt({0}, {4097}, Frequencies(4097, 16));
  expect_corrupt({kMaxSymbol + 1}, {2}, {65535, 1});
  expect_corrupt({kMaxSymbol}, {3}, {65534, 1, 1});
  expect_corrupt({-kMaxSymbol - 1}, {2}, {65535, 1});
}

TEST(CdfTable, EverySlotFindsItsEntry) {
  Frequencies skewed(300, 1);
  skewed[150] = 65536 - 299;
  Frequencies frequencies = skewed;
  frequencies.insert(frequencies.end(), 4096, 16);
  frequencies.insert(frequencies.end(), {255, 1, 65280});
  const CdfTable table({-10, 5, 0}, {300, 4096, 3}, frequencies, "t");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::int32_t entry = 0;
    std::uint32_t behind = table.interval(row, 0).frequency;
    for (std::uint32_t slot = 0; slot < 65536; ++slot) {
      if (slot == behind) behind += table.interval(row, ++entry).frequency;
      ASSERT_EQ(table.entry_at(row, static_cast<std::uint16_t>(slot)), entry) << row << " " << slot;
    }
    EXPECT_EQ(entry, table.lengths()[row] - 1);
  }
}

TEST(CdfTable, EscapeCodesInvert) {
  for (const std::int32_t offset : {-kMaxSymbol, -3, 0, kMaxSymbol - 1}) {
    const CdfTable table({offset}, {3}, {32768, 16384, 16384}, "t");
    for (const std::int32_t symbol : {-kMaxSymbol, -5, -1, 0, 7, kMaxSymbol}) {
      if (table.entry_of(0, symbol) != 2) continue;
      const EscapeCode code = escape_code(table, 0, symbol);
      EXPECT_LE(code.exponent, kMaxEscapeExponent);
      EXPECT_LT(code.mantissa, 1U << code.exponent);
      EXPECT_EQ(escaped_symbol(table, 0, code), symbol);
    }
  }
}

}  // namespace
}  // namespace imgcnn::entropy
