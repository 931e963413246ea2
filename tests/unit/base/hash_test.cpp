// Hashes against published vectors, and checked arithmetic.
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "imgcnn/base/checked_math.h"
#include "imgcnn/base/sha256.h"
#include "imgcnn/base/version.h"
#include "imgcnn/base/xxh64.h"

namespace imgcnn {
namespace {

const Bytes kAbc = {'a', 'b', 'c'};

TEST(Sha256, MatchesFips180) {
  EXPECT_EQ(to_hex(sha256(kAbc)),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, TakesPieces) {
  Sha256 hash;
  hash.update(ByteSpan(kAbc).subspan(0, 1));
  hash.update(ByteSpan(kAbc).subspan(1, 2));
  EXPECT_EQ(hash.finish(), sha256(kAbc));
}

TEST(Xxh64, MatchesReference) {
  EXPECT_EQ(xxh64({}), 0xEF46DB3751D8E999ULL);
  EXPECT_EQ(xxh64(kAbc), 0x44BC2CF5AD770999ULL);
  EXPECT_NE(xxh64(kAbc, 1), xxh64(kAbc, 2));
}

TEST(CheckedMath, SaysWhenItOverflows) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(checked_mul(1ULL << 31, 1ULL << 32, "size"), 1ULL << 63);
  EXPECT_EQ(checked_mul(kMax, 0, "size"), 0U);
  EXPECT_THROW((void)checked_mul(1ULL << 32, 1ULL << 32, "size"), Error);
  EXPECT_EQ(ceil_div(17, 16), 2);
  EXPECT_EQ(ceil_div(16, 16), 1);
  EXPECT_EQ(ceil_div(kMax, kMax - 1), 2U);
  EXPECT_EQ(round_up(0, 64), 0);
  EXPECT_EQ(round_up(65, 64), 128);
}

TEST(Version, IsThreeNumbers) {
  int numbers[3] = {};
  char rest = 0;
  EXPECT_EQ(
      std::sscanf(program_version(), "%d.%d.%d%c", &numbers[0], &numbers[1], &numbers[2], &rest),
      3);
}

}  // namespace
}  // namespace imgcnn
