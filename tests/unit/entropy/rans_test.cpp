// The entropy coder: round trips, size, and damaged streams.

#include "imgcnn/entropy/rans.h"

#include <gtest/gtest.h>

#include <random>

#include "imgcnn/base/error.h"
#include "imgcnn/rdo/cdf_builder.h"
#include "imgcnn/rdo/cost_bits.h"

namespace imgcnn::entropy {
namespace {

using Symbols = std::vector<std::int32_t>;
using Rows = std::vector<std::uint16_t>;

constexpr std::uint32_t kChecksum = 0xFEDC1234;

Bytes encode(const CdfTable& table, const Rows& rows, const Symbols& symbols) {
  RansEncoder encoder;
  encoder.append(table, rows.data(), symbols.data(), symbols.size());
  return encoder.finish(kChecksum).first;
}

Symbols decode(const CdfTable& table, const Rows& rows, ByteSpan stream) {
  RansDecoder decoder(stream, "latent");
  Symbols symbols(rows.size());
  decoder.decode(table, rows.data(), symbols.data(), symbols.size());
  decoder.finish(kChecksum);
  return symbols;
}

CdfTable random_table(std::mt19937& random, std::size_t rows) {
  std::vector<rdo::TableRow> result;
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<double> pmf(1 + random() % 40);
    for (double& p : pmf) p = static_cast<double>(random() % 1000);
    result.push_back(
        rdo::quantize_pmf(pmf, 1.0 + random() % 50, static_cast<int>(random() % 50) - 30));
  }
  return rdo::join_rows(result, "random");
}

TEST(Rans, RoundTripsFewSymbols) {
  const CdfTable table({0}, {2}, {65535, 1}, "t");
  for (const Symbols& symbols :
       {Symbols{}, Symbols{0}, Symbols{1}, Symbols{0, 0}, Symbols{-1, 0}, Symbols{7, -7}}) {
    const Rows rows(symbols.size(), 0);
    const Bytes stream = encode(table, rows, symbols);
    EXPECT_EQ(decode(table, rows, stream), symbols);
  }
  EXPECT_EQ(encode(table, {}, {}).size(), 8U);
}

TEST(Rans, RoundTripsRandomTablesAndEscapes) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 30; ++trial) {
    const CdfTable table = random_table(random, 1 + random() % 9);
    Rows rows(random() % 500);
    Symbols symbols(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] = static_cast<std::uint16_t>(random() % table.rows());
      symbols[i] = static_cast<std::int32_t>(random() % 60) - 30;
      if (random() % 20 == 0)
        symbols[i] = static_cast<std::int32_t>(random() % (2 * kMaxSymbol + 1)) - kMaxSymbol;
    }
    EXPECT_EQ(decode(table, rows, encode(table, rows, symbols)), symbols);
  }
}

TEST(Rans, RoundTripsTheExtremes) {
  for (const std::int32_t offset : {-kMaxSymbol, 0, kMaxSymbol}) {
    const CdfTable table({offset}, {2}, {1, 65535}, "t");
    const Symbols symbols = {kMaxSymbol,     -kMaxSymbol,   0, 1, -1, offset,
                             kMaxSymbol - 1, 1 - kMaxSymbol};
    const Rows rows(symbols.size(), 0);
    EXPECT_EQ(decode(table, rows, encode(table, rows, symbols)), symbols);
  }
}

TEST(Rans, TablesMayFollowOneAnotherInOneStream) {
  std::mt19937 random(3);
  const CdfTable first = random_table(random, 3);
  const CdfTable second = random_table(random, 5);
  const Rows first_rows = {0, 2, 1};
  const Symbols first_symbols = {5, -40, 3};
  const Rows second_rows = {4, 0, 0, 3};
  const Symbols second_symbols = {1, 2, 3, 4};
  RansEncoder encoder;
  encoder.append(first, first_rows.data(), first_symbols.data(), first_symbols.size());
  encoder.append(second, second_rows.data(), second_symbols.data(), second_symbols.size());
  const Bytes stream = encoder.finish(kChecksum).first;

  RansDecoder decoder(stream, "latent");
  Symbols a(3);
  Symbols b(4);
  decoder.decode(first, first_rows.data(), a.data(), a.size());
  decoder.decode(second, second_rows.data(), b.data(), b.size());
  decoder.finish(kChecksum);
  EXPECT_EQ(a, first_symbols);
  EXPECT_EQ(b, second_symbols);
  EXPECT_EQ(encoder.finish(kChecksum).first.size(), 8U);  // empty again
}

TEST(Rans, SizeIsWithinHalfAPercentOfTheIdeal) {
  const CdfTable table = rdo::build_gaussian_table(64, 0.11, 64.0);
  std::mt19937 random(5);
  for (const std::uint16_t row :
       {std::uint16_t{8}, std::uint16_t{20}, std::uint16_t{40}, std::uint16_t{63}}) {
    const Rows rows(100000, row);
    Symbols symbols(rows.size());
    double ideal = 0.0;
    for (auto& symbol : symbols) {
      const auto slot = static_cast<std::uint16_t>(random());
      const std::int32_t entry = table.entry_at(row, slot);
      symbol = table.offsets()[row] + entry;
      ideal += rdo::cost_bits(table, row, symbol);
    }
    const Bytes stream = encode(table, rows, symbols);
    EXPECT_LT(8.0 * static_cast<double>(stream.size()), ideal * 1.005 + 64.0) << row;
    EXPECT_EQ(decode(table, rows, stream), symbols);
  }
}

// The four rows of a table in turn, symbols in -50 .. 49.
std::pair<Rows, Symbols> random_symbols(std::mt19937& random, std::size_t count) {
  Rows rows(count);
  Symbols symbols(count);
  for (std::size_t i = 0; i < count; ++i) {
    rows[i] = static_cast<std::uint16_t>(i % 4);
    symbols[i] = static_cast<std::int32_t>(random() % 100) - 50;
  }
  return {rows, symbols};
}

TEST(Rans, EveryTruncationIsRefused) {
  std::mt19937 random(11);
  const CdfTable table = random_table(random, 4);
  const auto [rows, symbols] = random_symbols(random, 200);
  const Bytes stream = encode(table, rows, symbols);
  for (std::size_t size = 0; size < stream.size(); ++size) {
    EXPECT_THROW((void)decode(table, rows, ByteSpan(stream).subspan(0, size)), Error) << size;
  }
  Bytes longer = stream;
  longer.insert(longer.end(), 2, 0);
  EXPECT_THROW((void)decode(table, rows, longer), Error);
}

TEST(Rans, EveryByteFlipGivesAnErrorOrOtherSymbols) {
  std::mt19937 random(13);
  const CdfTable table = random_table(random, 4);
  const auto [rows, symbols] = random_symbols(random, 100);
  const Bytes stream = encode(table, rows, symbols);
  int errors = 0;
  int flips = 0;
  for (std::size_t position = 0; position < stream.size(); ++position) {
    for (int flip = 1; flip < 256; ++flip, ++flips) {
      Bytes damaged = stream;
      damaged[position] = static_cast<std::uint8_t>(damaged[position] ^ flip);
      try {
        EXPECT_NE(decode(table, rows, damaged), symbols);
      } catch (const Error& e) {
        EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
        ++errors;
      }
    }
  }
  EXPECT_GT(errors, flips * 9 / 10);  // the final states catch nearly all
}

/// Calls the decoder; the kCorrupt error's message, or nothing.
template <class Use>
std::string refusal(ByteSpan first, ByteSpan second, const Use& use) {
  try {
    RansDecoder decoder(first, second, "latent");
    use(decoder);
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
    return e.what();
  }
  return "";
}

TEST(Rans, EveryOtherChecksumIsRefused) {
  std::mt19937 random(17);
  const CdfTable table = random_table(random, 4);
  const auto [rows, symbols] = random_symbols(random, 50);
  for (const std::uint32_t checksum : {0U, 1U, 0xFFFFU, 0x10000U, 0x89ABCDEFU, 0xFFFFFFFFU}) {
    RansEncoder encoder;
    encoder.append(table, rows.data(), symbols.data(), symbols.size());
    const Bytes stream = encoder.finish(checksum).first;
    const auto refusal_of = [&, &rows = rows](std::uint32_t expected) {
      return refusal(stream, {}, [&](RansDecoder& decoder) {
        Symbols found(rows.size());
        decoder.decode(table, rows.data(), found.data(), found.size());
        decoder.finish(expected);
      });
    };
    EXPECT_EQ(refusal_of(checksum), "");
    for (int bit = 0; bit < 32; ++bit) {
      EXPECT_EQ(refusal_of(checksum ^ 1U << bit),
                "latent: the symbols do not match their checksum");
    }
    // The halves have lanes of their own.
    EXPECT_EQ(refusal_of(checksum << 16 | checksum >> 16).empty(),
              checksum >> 16 == (checksum & 0xFFFF));
  }
}

TEST(Rans, AStreamMayBeCutBehindAnySymbol) {
  std::mt19937 random(19);
  const CdfTable table = random_table(random, 4);
  const auto [rows, symbols] = random_symbols(random, 60);
  const Bytes whole = encode(table, rows, symbols);
  std::size_t shorter = 0;  // the part before, at the cut before
  for (std::size_t cut = 0; cut <= symbols.size(); ++cut) {
    RansEncoder encoder;
    encoder.append(table, rows.data(), symbols.data(), cut);
    encoder.cut();
    encoder.append(table, rows.data() + cut, symbols.data() + cut, symbols.size() - cut);
    const auto [first, second] = encoder.finish(kChecksum);
    Bytes joined = first;
    joined.insert(joined.end(), second.begin(), second.end());
    EXPECT_EQ(joined, whole);
    EXPECT_GE(first.size(), shorter);
    shorter = first.size();
    if (cut == 0) {
      EXPECT_EQ(first.size(), 8U);
    }
    if (cut == symbols.size()) {
      EXPECT_TRUE(second.empty());
    }

    const auto decode_both = [&, cut = cut, &rows = rows](RansDecoder& decoder) {
      Symbols found(rows.size());
      decoder.decode(table, rows.data(), found.data(), cut);
      decoder.cut();
      decoder.decode(table, rows.data() + cut, found.data() + cut, found.size() - cut);
      decoder.finish(kChecksum);
      return found;
    };
    RansDecoder decoder(first, second, "latent");
    EXPECT_EQ(decode_both(decoder), symbols);
    // A word on the wrong side of the border is refused there, at its end.
    if (!second.empty()) {
      Bytes longer = first;
      longer.insert(longer.end(), second.begin(), second.begin() + 2);
      EXPECT_EQ(refusal(longer, Bytes(second.begin() + 2, second.end()), decode_both),
                "latent: holds words that no symbol reads");
    }
    if (first.size() > 8) {
      Bytes earlier(first.end() - 2, first.end());
      earlier.insert(earlier.end(), second.begin(), second.end());
      EXPECT_EQ(refusal(Bytes(first.begin(), first.end() - 2), earlier, decode_both),
                "latent: ends early");
    }
    Bytes odd = second;
    odd.push_back(0);
    EXPECT_EQ(refusal(first, odd, decode_both), "latent: has an impossible length");
    odd.push_back(0);
    EXPECT_EQ(refusal(first, odd, decode_both), "latent: holds words that no symbol reads");
  }
}

TEST(Rans, ASecondPartThatIsNotAskedForIsRefused) {
  const CdfTable table({0}, {2}, {65535, 1}, "t");
  const Bytes stream = encode(table, {0, 0}, {0, 0});
  const auto use = [&](RansDecoder& decoder) {
    Symbols found(2);
    const Rows rows = {0, 0};
    decoder.decode(table, rows.data(), found.data(), 2);
    decoder.finish(kChecksum);
  };
  EXPECT_EQ(refusal(stream, {}, use), "");
  EXPECT_EQ(refusal(stream, Bytes{1, 2}, use), "latent: holds words that no symbol reads");
}

TEST(Rans, TheNextStreamOfAnEncoderHasNoCut) {
  const CdfTable table({0}, {2}, {1, 65535}, "t");
  RansEncoder encoder;
  encoder.cut();
  encoder.append_symbol(table, 0, 0);
  EXPECT_FALSE(encoder.finish(kChecksum).second.empty());
  encoder.append_symbol(table, 0, 0);
  EXPECT_TRUE(encoder.finish(kChecksum).second.empty());
}

TEST(Rans, RefusesRowsAndSymbolsOutOfRange) {
  const CdfTable table({0}, {2}, {65535, 1}, "t");
  RansEncoder encoder;
  const std::uint16_t bad_row = 1;
  const std::uint16_t row = 0;
  const std::int32_t symbol = 0;
  EXPECT_THROW(encoder.append(table, &bad_row, &symbol, 1), Error);
  for (const std::int32_t bad : {kMaxSymbol + 1, -kMaxSymbol - 1, INT32_MAX, INT32_MIN}) {
    EXPECT_THROW(encoder.append(table, &row, &bad, 1), Error);
  }
  const Bytes stream = encode(table, {0}, {0});
  try {
    (void)decode(table, {1}, stream);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
    EXPECT_EQ(std::string(e.what()).rfind("latent: ", 0), 0U);
  }
}

}  // namespace
}  // namespace imgcnn::entropy
