// Static distributions or the context coder behind one interface.

#include "codec/plane_coder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "codec/symbol_quantizer.h"
#include "codec/test_model.h"
#include "imgcnn/base/error.h"
#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::codec {
namespace {

constexpr int kChannels = 2;
constexpr entropy::PlaneSize kSize{20, 30};
constexpr std::uint32_t kChecksum = 0x89ABCDEF;

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
  return encoder.finish(kChecksum).first;
}

std::vector<std::int32_t> decoded(const PlaneCoder& coder, const Bytes& bytes, bool context) {
  entropy::RansDecoder decoder(bytes, "test");
  auto symbols = coder.decode(decoder, indexes(), plan(context));
  decoder.finish(kChecksum);
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

TEST(PlaneCoder, TheFirstChannelsAreDecodedFromTheirPartAlone) {
  const entropy::DependentQuantizer trellis(4, 1, 717);
  const PlaneCoder coder(rdo::build_gaussian_table(4, 0.5, 4.0, trellis), kChannels,
                         drawn_context(kChannels, 3), "context", trellis);
  for (const bool context : {false, true}) {
    const Bytes whole = stream(coder, context);
    for (int cut = 0; cut <= kChannels; ++cut) {
      entropy::RansEncoder encoder;
      coder.encode({encoder, cut}, stripes(), indexes(), plan(context));
      const auto [first, second] = encoder.finish(kChecksum);
      Bytes joined = first;
      joined.insert(joined.end(), second.begin(), second.end());
      EXPECT_EQ(joined, whole);  // nothing but the border is new
      EXPECT_EQ(first.size() == 8, cut == 0);
      EXPECT_EQ(second.empty(), cut == kChannels);
      entropy::RansDecoder decoder(first, second, "both"), front(first, "front");
      EXPECT_EQ(coder.decode({decoder, cut}, indexes(), plan(context)), stripes());
      EXPECT_NO_THROW(decoder.finish(kChecksum));
      PlaneIndexes part = indexes();
      part.cdf_indexes.resize(part.positions() * static_cast<std::size_t>(cut));
      auto expected = stripes();
      expected.resize(part.cdf_indexes.size());
      EXPECT_EQ(coder.decode({front, cut}, part, plan(context)), expected);
    }
  }
}

TEST(PlaneCoder, WordsDoNotFlowOverTheBorder) {
  const PlaneCoder coder(table(), kChannels, drawn_context(kChannels, 3), "context");
  for (const bool context : {false, true}) {
    entropy::RansEncoder encoder;
    coder.encode({encoder, 1}, stripes(), indexes(), plan(context));
    const auto [first, second] = encoder.finish(kChecksum);
    const auto refused = [&](const Bytes& a, const Bytes& b) {
      entropy::RansDecoder decoder(a, b, "both");
      try {
        (void)coder.decode({decoder, 1}, indexes(), plan(context));
        decoder.finish(kChecksum);
      } catch (const Error& error) {
        return error.code() == ErrorCode::kCorrupt;
      }
      return false;
    };
    EXPECT_FALSE(refused(first, second));
    Bytes longer = first;
    longer.insert(longer.end(), second.begin(), second.begin() + 2);
    EXPECT_TRUE(refused(longer, Bytes(second.begin() + 2, second.end())));
    Bytes earlier(first.end() - 2, first.end());
    earlier.insert(earlier.end(), second.begin(), second.end());
    EXPECT_TRUE(refused(Bytes(first.begin(), first.end() - 2), earlier));
    PlaneIndexes part = indexes();
    part.cdf_indexes.resize(part.positions());
    entropy::RansDecoder front(longer, "front");
    EXPECT_THROW((void)coder.decode({front, 1}, part, plan(context)), Error);
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
    const Bytes bytes = encoder.finish(kChecksum).first;
    entropy::RansDecoder decoder(bytes, "test");
    EXPECT_EQ(coder.decode(decoder, mixed, plan(context)), symbols);
    EXPECT_NO_THROW(decoder.finish(kChecksum));
  }
}

}  // namespace
}  // namespace imgcnn::codec
