// The logistic scale and the logarithms in integers against those in floating point.

#include "entropy/context/logistic_scale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "entropy/context/integer_log.h"
#include "imgcnn/base/xxh64.h"
#include "plain_logarithms.h"

namespace imgcnn::entropy {
namespace {

TEST(LogisticScale, IsTheLogisticFunction) {
  const LogisticScale& scale = LogisticScale::instance();
  for (std::int32_t logit = -kLogitLimit; logit <= kLogitLimit; ++logit) {
    const double exact = 65536 / (1 + std::exp(-logit / 256.0));
    ASSERT_NEAR(scale.squash(logit), std::clamp(exact, 16.0, 65520.0), 1.01) << logit;
    ASSERT_EQ(scale.squash(logit) + scale.squash(-logit), 65536) << logit;
    ASSERT_TRUE(logit == -kLogitLimit || scale.squash(logit) >= scale.squash(logit - 1)) << logit;
  }
  EXPECT_EQ(scale.squash(kLogitLimit), 65536 - kLeastProbability);
}

TEST(LogisticScale, StretchIsTheLeastLogitThatReachesTheMiddleOfACell) {
  const LogisticScale& scale = LogisticScale::instance();
  for (std::int32_t p = 0; p < 65536; ++p) {
    const std::int32_t logit = scale.stretch(p), middle = p / 4 * 4 + 2;
    ASSERT_LE(std::abs(logit), kLogitLimit);
    ASSERT_TRUE(logit == kLogitLimit || scale.squash(logit) >= middle) << p;
    ASSERT_TRUE(logit == -kLogitLimit || scale.squash(logit - 1) < middle) << p;
  }
}

TEST(LogisticScale, KeepsItsValues) {
  const LogisticScale& scale = LogisticScale::instance();
  Bytes values;
  const auto append = [&](std::int32_t value) {
    values.push_back(static_cast<std::uint8_t>(value));
    values.push_back(static_cast<std::uint8_t>(value >> 8));
  };
  for (std::int32_t logit = -kLogitLimit; logit <= kLogitLimit; ++logit)
    append(scale.squash(logit));
  for (std::int32_t p = 0; p < 65536; p += 4) append(scale.stretch(p));
  EXPECT_EQ(xxh64(values), 525951343144546612U);
}

TEST(IntegerLogarithm, IsLinearBetweenPowersOfTwo) {
  EXPECT_EQ(quarter_octaves(1), 0);
  EXPECT_EQ(quarter_octaves(3), 6);
  EXPECT_EQ(quarter_octaves(std::uint64_t{1} << 63), 252);
  EXPECT_EQ(integer_log2(UINT64_MAX, 8), 64 * 256 - 1);
  for (std::uint64_t v = 1; v < 5000; ++v) {
    for (const int bits : {0, 2, 4, 8})
      ASSERT_EQ(integer_log2(v, bits), plain_log2(static_cast<double>(v), 1 << bits)) << v;
  }
}

}  // namespace
}  // namespace imgcnn::entropy
