// What streams end with.

#include "codec/symbol_checksum.h"

#include <gtest/gtest.h>

#include "imgcnn/bitstream/stream_header.h"

namespace imgcnn::codec {
namespace {

TEST(SymbolChecksum, DependsOnEverySymbolAndOrder) {
  const std::uint32_t checksum = symbol_checksum({1, -2}, {3});
  EXPECT_EQ(symbol_checksum({1}, {-2, 3}), checksum);  // one sequence
  EXPECT_NE(symbol_checksum({3}, {1, -2}), checksum);
  EXPECT_NE(symbol_checksum({1, -2}, {4}), checksum);
}

TEST(SymbolChecksum, IsThatOfTheSymbolsAsLittleEndianNumbers) {
  EXPECT_EQ(symbol_checksum({-2}, {0x010203}),
            bitstream::checksum(Bytes{0xFE, 0xFF, 0xFF, 0xFF, 3, 2, 1, 0}));
  EXPECT_EQ(symbol_checksum({}, {}), bitstream::checksum(Bytes{}));
}

}  // namespace
}  // namespace imgcnn::codec
