// Static distributions or the context coder behind one interface.

#include "codec/plane_coder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "codec/symbol_quantizer.h"
#include "codec/test_model.h"
#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::codec {
namespace {

constexpr int kChannels = 2;
constexpr entropy::PlaneSize kSize{20, 30};

entropy::CdfTable table() { return rdo::build_gaussian_table(4, 0.5, 4.0); }
PlaneCoder fresh() { return {table(), kChannels, std::nullopt, "context"}; }

PlaneIndexes indexes() {
  return {kSize, std::vector<std::uint16_t>(kChannels * kSize.height * kSize.width, 2)};
}

CodingPlan plan(bool context) {
  CodingPlan plan;
  plan.quality16 = 640;
  plan.context = context;
  return plan;
}

/// Stripes, which every neighbour foretells.
std::vector<std::int32_t> stripes() {
  std::vector<std::int32_t> symbols(indexes().cdf_indexes.size());
  for (std::size_t i = 0; i < symbols.size(); ++i) symbols[i] = i % kSize.width < 15 ? 2 : -1;
  return symbols;
}

Bytes stream(const PlaneCoder& coder, bool context) {
  entropy::RansEncoder encoder;
  coder.encode(encoder, stripes(), indexes(), plan(context));
  return encoder.finish();
}

std::vector<std::int32_t> decoded(const PlaneCoder& coder, const Bytes& bytes, bool context) {
  entropy::RansDecoder decoder(bytes, "test");
  auto symbols = coder.decode(decoder, indexes(), plan(context));
  decoder.finish();
  return symbols;
}

TEST(PlaneCoder, WithoutAContextCoderAskingForItChangesNothing) {
  const PlaneCoder coder = fresh();
  EXPECT_FALSE(coder.context());
  EXPECT_EQ(stream(coder, true), stream(coder, false));
  EXPECT_EQ(decoded(coder, stream(coder, true), true), stripes());
}

TEST(PlaneCoder, ContextsAreUsedWhereTheyAreAskedFor) {
  const PlaneCoder coder(table(), kChannels, drawn_context(kChannels, 3), "context");
  ASSERT_TRUE(coder.context());
  const auto plain = stream(coder, false), with_context = stream(coder, true);
  EXPECT_EQ(plain, stream(fresh(), false));
  EXPECT_NE(plain, with_context);
  EXPECT_EQ(decoded(coder, plain, false), stripes());
  EXPECT_EQ(decoded(coder, with_context, true), stripes());
}

TEST(PlaneCoder, TheFirstChannelsAreDecodedFromTheirStreamAlone) {
  const entropy::DependentQuantizer trellis(4, 1, 717);
  const PlaneCoder coder(rdo::build_gaussian_table(4, 0.5, 4.0, trellis), kChannels,
                         drawn_context(kChannels, 3), "context", trellis);
  for (const bool context : {false, true}) {
    for (int split = 0; split <= kChannels; ++split) {
      entropy::RansEncoder first, second;
      coder.encode({first, second, split}, stripes(), indexes(), plan(context));
      const Bytes coarse = first.finish(), detail = second.finish();
      entropy::RansDecoder from_coarse(coarse, "coarse"), from_detail(detail, "detail"),
          alone(coarse, "alone");
      EXPECT_EQ(coder.decode({from_coarse, from_detail, split}, indexes(), plan(context)),
                stripes());
      EXPECT_NO_THROW(from_coarse.finish());
      EXPECT_NO_THROW(from_detail.finish());
      PlaneIndexes part = indexes();
      part.cdf_indexes.resize(part.positions() * static_cast<std::size_t>(split));
      auto expected = stripes();
      expected.resize(part.cdf_indexes.size());
      EXPECT_EQ(coder.decode(alone, part, plan(context)), expected);
      EXPECT_NO_THROW(alone.finish());
    }
  }
}

TEST(PlaneCoder, QuantizingNeverLeavesTheNearestSymbolAndZero) {
  const PlaneCoder coder = fresh();
  std::vector<float> values(indexes().cdf_indexes.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = 0.37F * static_cast<float>(i % 13) - 2;
  const auto symbols = quantize(coder, values, 40, indexes(), plan(false), false);
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_LE(std::abs(static_cast<float>(symbols[i])), std::abs(values[i]) + 0.5F) << values[i];
    EXPECT_GE(static_cast<float>(symbols[i]) * values[i], 0) << values[i];
  }
}

TEST(PlaneCoder, DependentSymbolsComeBackAndStandNearTheirValues) {
  const entropy::DependentQuantizer trellis(4, 1, 717);
  const PlaneCoder coder(rdo::build_gaussian_table(4, 0.5, 4.0, trellis), kChannels,
                         drawn_context(kChannels, 3), "context", trellis);
  PlaneIndexes mixed = indexes();
  std::vector<float> values(mixed.cdf_indexes.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    mixed.cdf_indexes[i] = static_cast<std::uint16_t>(i % 7 == 0 ? 0 : 1 + i % 3);
    values[i] =
        std::sin(0.37F * static_cast<float>(i)) * static_cast<float>(1 + mixed.cdf_indexes[i]);
  }
  const auto symbols = quantize(coder, values, 1000, mixed, plan(false), false);
  const auto points = coder.values(symbols, mixed);
  double error = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    error += std::pow(points[i] - values[i], 2) / static_cast<double>(values.size());
  // Rounding to points as dense, 1.4 apart, would leave 0.163.
  EXPECT_LT(error, 0.14);
  for (const bool context : {false, true}) {
    entropy::RansEncoder encoder;
    coder.encode(encoder, symbols, mixed, plan(context));
    const Bytes bytes = encoder.finish();
    entropy::RansDecoder decoder(bytes, "test");
    EXPECT_EQ(coder.decode(decoder, mixed, plan(context)), symbols);
    EXPECT_NO_THROW(decoder.finish());
  }
}

}  // namespace
}  // namespace imgcnn::codec
