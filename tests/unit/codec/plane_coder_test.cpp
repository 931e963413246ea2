// Static rows or the context model behind one interface.

#include "codec/plane_coder.h"

#include <gtest/gtest.h>

#include <utility>

#include "imgcnn/entropy/cdf_builder.h"

namespace imgcnn::codec {
namespace {

constexpr int kChannels = 2;
constexpr entropy::PlaneSize kSize{20, 30};
constexpr int kQuality16 = 640;

entropy::CdfTable table() { return entropy::build_gaussian_table(4, 0.5, 4.0); }
PlaneCoder fresh() { return {table(), kChannels, std::nullopt, "context"}; }

std::vector<std::uint16_t> rows() { return std::vector<std::uint16_t>(kChannels * kSize.height * kSize.width, 2); }

/// Stripes, which every neighbour foretells.
std::vector<std::int32_t> stripes() {
  std::vector<std::int32_t> symbols(rows().size());
  for (std::size_t i = 0; i < symbols.size(); ++i) symbols[i] = i % kSize.width < 15 ? 2 : -1;
  return symbols;
}

Bytes stream(const PlaneCoder& coder, bool context) {
  entropy::RansEncoder encoder;
  coder.encode(encoder, stripes(), rows(), kSize, kQuality16, context);
  return encoder.finish();
}

std::vector<std::int32_t> decoded(const PlaneCoder& coder, const Bytes& bytes, bool context) {
  entropy::RansDecoder decoder(bytes, "test");
  auto symbols = coder.decode(decoder, rows(), kSize, kQuality16, context);
  decoder.finish();
  return symbols;
}

TEST(PlaneCoder, WithoutAContextModelAskingForItChangesNothing) {
  const PlaneCoder coder = fresh();
  EXPECT_FALSE(coder.has_context());
  EXPECT_EQ(stream(coder, true), stream(coder, false));
  EXPECT_EQ(decoded(coder, stream(coder, true), true), stripes());
}

TEST(PlaneCoder, WhatWasLearnedIsShorterAndComesBack) {
  PlaneCoder coder = fresh();
  coder.learn(stripes(), rows(), kSize, kQuality16);
  coder.relax();
  const auto& start = coder.start();
  const PlaneCoder taught(table(), kChannels, start, "context");
  ASSERT_TRUE(taught.has_context());
  const auto plain = stream(taught, false), adapted = stream(taught, true);
  EXPECT_EQ(plain, stream(fresh(), false));
  EXPECT_LT(adapted.size() * 4, plain.size());
  EXPECT_EQ(decoded(taught, plain, false), stripes());
  EXPECT_EQ(decoded(taught, adapted, true), stripes());
}

TEST(PlaneCoder, QuantisingNeverLeavesTheNearestSymbolAndZero) {
  const PlaneCoder coder = fresh();
  std::vector<float> values(rows().size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.37F * static_cast<float>(i % 13) - 2;
  const auto symbols = coder.quantise(values, 40, rows(), kSize, kQuality16, false);
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_LE(std::abs(static_cast<float>(symbols[i])), std::abs(values[i]) + 0.5F) << values[i];
    EXPECT_GE(static_cast<float>(symbols[i]) * values[i], 0) << values[i];
  }
}

}  // namespace
}  // namespace imgcnn::codec
