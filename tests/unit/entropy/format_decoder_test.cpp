// A second decoder, written from src/bitstream/FORMAT.md alone with plain 64-bit arithmetic: both
// must read the same.

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "imgcnn/entropy/rans.h"
#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::entropy {
namespace {

using rdo::build_gaussian_table;
using rdo::join_rows;
using rdo::quantize_pmf;

// Section 1.4, word by word. `valid` turns false where a decoder has to refuse.
struct FormatDecoder {
  explicit FormatDecoder(const StreamParts& stream) {
    for (const Bytes* part : {&stream.first, &stream.second}) {
      for (std::size_t i = 0; i + 1 < part->size(); i += 2)
        words.push_back((*part)[i] + 256 * (*part)[i + 1]);
    }
    border = stream.first.size() / 2;
    valid =
        stream.first.size() >= 8 && stream.first.size() % 2 == 0 && stream.second.size() % 2 == 0;
    if (!valid) return;
    for (std::size_t lane = 0; lane < 2; ++lane)
      state[lane] = words[2 * lane] + 65536 * words[2 * lane + 1];
    valid = state[0] >= 65536 && state[1] >= 65536;
    next = 4;
  }

  // One step over entries of the given frequencies; the entry found.
  std::int64_t step(const std::vector<std::int64_t>& frequencies) {
    std::int64_t& x = state[steps++ % 2];
    const std::int64_t slot = x % 65536;
    std::int64_t start = 0;
    std::size_t entry = 0;
    while (start + frequencies[entry] <= slot) start += frequencies[entry++];
    x = frequencies[entry] * (x / 65536) + slot - start;
    if (x < 65536) {
      valid = valid && next < words.size();
      x = x * 65536 + (valid ? words[next++] : 0);
    }
    return static_cast<std::int64_t>(entry);
  }

  std::int64_t bits(int count) {
    std::int64_t value = 0;
    for (int left = count; left > 0;) {
      const int group = left < 16 ? left : 16;
      const std::int64_t entries = std::int64_t{1} << group;
      value = value * entries +
              step(std::vector<std::int64_t>(static_cast<std::size_t>(entries), 65536 / entries));
      left -= group;
    }
    return value;
  }

  std::int64_t symbol(std::int64_t offset, const std::vector<std::int64_t>& frequencies) {
    const auto n = static_cast<std::int64_t>(frequencies.size());
    const std::int64_t entry = step(frequencies);
    if (entry < n - 1) return offset + entry;
    const std::int64_t prefix = bits(6);
    const std::int64_t e = prefix % 32;
    valid = valid && e <= 21;
    if (!valid) return 0;
    const std::int64_t d = (std::int64_t{1} << e) + bits(static_cast<int>(e));
    return prefix >= 32 ? offset - d : offset + n - 2 + d;
  }

  void cut() { valid = valid && next == border; }

  [[nodiscard]] bool finished(std::int64_t checksum) const {
    return valid && next == words.size() && state[0] == 65536 + checksum % 65536 &&
           state[1] == 65536 + checksum / 65536;
  }

  std::vector<std::int64_t> words;  ///< of both parts, the states among them
  std::size_t border = 0;           ///< words of the first part
  std::int64_t state[2] = {0, 0};
  std::size_t next = 0;
  std::size_t steps = 0;
  bool valid = true;
};

TEST(FormatDecoder, ReadsWhatTheEncoderWrites) {
  std::mt19937 random(21);
  const CdfTable gaussian = build_gaussian_table(40, 0.11, 64.0);
  const CdfTable prior =
      join_rows({quantize_pmf({1, 5, 9, 5, 1}, 0.5, -2), quantize_pmf({3, 1}, 1.0, 7)}, "prior");
  constexpr std::size_t kCut = 517;
  constexpr std::uint32_t kChecksum = 0x89ABCDEF;
  RansEncoder encoder;
  std::vector<const CdfTable*> tables;
  std::vector<std::uint16_t> rows;
  std::vector<std::int32_t> symbols;
  for (const CdfTable* table : {&prior, &gaussian}) {
    for (int i = 0; i < 400; ++i) {
      tables.push_back(table);
      rows.push_back(static_cast<std::uint16_t>(random() % table->rows()));
      const int magnitude = 1 << (random() % 21);
      symbols.push_back(
          static_cast<std::int32_t>(random() % static_cast<unsigned>(2 * magnitude + 1)) -
          magnitude);
    }
  }
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (i == kCut) encoder.cut();
    encoder.append(*tables[i], &rows[i], &symbols[i], 1);
  }

  FormatDecoder decoder(encoder.finish(kChecksum));
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (i == kCut) decoder.cut();
    const CdfTable& table = *tables[i];
    const std::size_t row = rows[i];
    std::vector<std::int64_t> frequencies;
    for (std::int32_t e = 0; e < table.lengths()[row]; ++e)
      frequencies.push_back(table.interval(row, e).frequency);
    ASSERT_EQ(decoder.symbol(table.offsets()[row], frequencies), symbols[i]) << i;
  }
  EXPECT_TRUE(decoder.finished(kChecksum));
}

// The bytes come from another implementation of the specification.
TEST(FormatDecoder, AStreamOfVersionOneKeepsItsBytes) {
  const CdfTable table({-1}, {4}, {16384, 32768, 12288, 4096}, "t");
  const std::vector<std::uint16_t> rows(9, 0);
  const std::vector<std::int32_t> symbols = {0, -1, 1, 0, 5, -3, -40000, 1, 0};
  RansEncoder encoder;
  encoder.append(table, rows.data(), symbols.data(), 6);
  encoder.cut();
  encoder.append(table, rows.data() + 6, symbols.data() + 6, 3);
  const StreamParts stream = encoder.finish(0x89ABCDEF);
  EXPECT_EQ(stream.first,
            (Bytes{0xFA, 0x93, 0x15, 0x00, 0x53, 0x0A, 0x89, 0x00, 0x7F, 0x04, 0xAB, 0xFD}));
  EXPECT_EQ(stream.second, (Bytes{0xEF, 0x8D}));
}

}  // namespace
}  // namespace imgcnn::entropy
