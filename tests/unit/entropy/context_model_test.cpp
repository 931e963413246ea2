// The context model: exact both ways, bounded on any bytes, smaller than tables alone, and the same on every machine.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "entropy/adaptive_bit.h"
#include "entropy/context_layout.h"
#include "entropy/context_planes.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/xxh64.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::entropy {
namespace {

using rdo::build_gaussian_table;

constexpr int kRows = 32;

CdfTable table() { return build_gaussian_table(kRows, 0.1, 64.0); }

struct Planes {
  PlaneSize size;
  std::vector<std::int32_t> symbols;
  std::vector<std::uint16_t> rows;
};

/// Symbols whose scale changes from place to place, which the rows know only roughly.
Planes textured(int channels, PlaneSize size, unsigned seed) {
  std::mt19937 random(seed);
  Planes planes{size, {}, {}};
  for (int c = 0; c < channels; ++c) {
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const bool busy = (x / 4 + y / 4) % 2 == 0;
        const auto spread = busy ? 7U : 2U;
        planes.symbols.push_back(static_cast<std::int32_t>(random() % spread) - static_cast<std::int32_t>(spread / 2));
        planes.rows.push_back(static_cast<std::uint16_t>(12 + random() % 4));
      }
    }
  }
  return planes;
}

Bytes encode(const ContextModel& model, const Planes& planes, int quality16 = 800) {
  RansEncoder encoder;
  model.encode(encoder, planes.symbols.data(), planes.rows.data(), planes.size, quality16);
  return encoder.finish();
}

std::vector<std::int32_t> decode(const ContextModel& model, const Planes& planes, ByteSpan stream,
                                 int quality16 = 800) {
  RansDecoder decoder(stream, "test");
  std::vector<std::int32_t> symbols(planes.rows.size());
  model.decode(decoder, symbols.data(), planes.rows.data(), planes.size, quality16);
  decoder.finish();
  return symbols;
}

ContextModel fresh(int channels) { return {table(), channels, plain_partners(channels)}; }

/// The structure of the first model files.
ContextModel fresh_first(int channels) { return {table(), channels, untaught<FirstStructure>(channels), "first"}; }

ContextModel taught(ContextModel model, int channels) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    const auto planes = textured(channels, {24, 20}, seed);
    model.learn(planes.symbols.data(), planes.rows.data(), planes.size, 800);
  }
  model.relax();
  return model;
}

TEST(LogisticScale, SquashRisesAndIsSymmetric) {
  const auto& scale = LogisticScale::instance();
  EXPECT_EQ(scale.squash(0), 32768);
  EXPECT_EQ(scale.squash(kLogitLimit), 65536 - kLeastProbability);
  for (std::int32_t logit = -kLogitLimit; logit < kLogitLimit; ++logit) {
    ASSERT_LE(scale.squash(logit), scale.squash(logit + 1)) << logit;
    ASSERT_EQ(scale.squash(logit) + scale.squash(-logit), 65536) << logit;
    const double exact = 65536 / (1 + std::exp(-logit / 256.0));
    ASSERT_NEAR(scale.squash(logit), std::min(std::max(exact, 16.0), 65520.0), 1.01) << logit;
  }
}

TEST(LogisticScale, StretchInvertsSquash) {
  const auto& scale = LogisticScale::instance();
  for (std::int32_t p = 64; p < 65472; p += 61)
    ASSERT_NEAR(scale.squash(scale.stretch(p)), p, 4.0 + 0.005 * std::min(p, 65536 - p));
  EXPECT_LT(scale.stretch(0), -2000);
  EXPECT_GT(scale.stretch(65535), 2000);
}

TEST(Counter, FollowsAndStaysInRange) {
  std::uint32_t state = Counter::kStart;
  for (int i = 0; i < 5000; ++i) Counter::update(state, true, 400);
  EXPECT_GT(Counter::probability(state), 65000);
  EXPECT_EQ(state & Counter::kSeenMask, 400U);
  for (int i = 0; i < 20000; ++i) Counter::update(state, false, 400);
  EXPECT_LT(Counter::probability(state), 500);
  Counter::relax(state, 30);
  EXPECT_EQ(state & Counter::kSeenMask, 30U);
}

TEST(QuarterOctaves, GrowsByFourAnOctave) {
  EXPECT_EQ(quarter_octaves(1), 0);
  EXPECT_EQ(quarter_octaves(2), 4);
  EXPECT_EQ(quarter_octaves(3), 6);
  EXPECT_EQ(quarter_octaves(1U << 31), 124);
  EXPECT_EQ(quarter_octaves(0xFFFFFFFFU), 127);
}

/// A model of either structure: the first, or that with partners.
class ContextModelTest : public ::testing::TestWithParam<bool> {
 protected:
  static ContextModel untaught_model(int channels) { return GetParam() ? fresh(channels) : fresh_first(channels); }
  static ContextModel taught_model(int channels) { return taught(untaught_model(channels), channels); }
};
INSTANTIATE_TEST_SUITE_P(Structures, ContextModelTest, ::testing::Bool());

TEST_P(ContextModelTest, RoundTripsEverySmallSizeAndQuality) {
  const auto model = taught_model(5);
  for (const PlaneSize size : {PlaneSize{1, 1}, PlaneSize{1, 7}, PlaneSize{9, 1}, PlaneSize{13, 6}}) {
    for (const int quality16 : {0, 777, 1600}) {
      const auto planes = textured(5, size, 99);
      EXPECT_EQ(decode(model, planes, encode(model, planes, quality16), quality16), planes.symbols);
    }
  }
}

TEST_P(ContextModelTest, RoundTripsTheExtremes) {
  const auto model = taught_model(3);
  Planes planes{{3, 2}, {}, {}};
  for (std::int32_t value :
       {0, kMaxSymbol, -kMaxSymbol, 1, -14, 13, 15, -4096, 99999, 0, 0, 2, -1, 0, 0, 7, kMaxSymbol, -3})
    planes.symbols.push_back(value);
  for (std::uint16_t row = 0; planes.rows.size() < planes.symbols.size();
       row = static_cast<std::uint16_t>((row + 7) % kRows))
    planes.rows.push_back(row);
  EXPECT_EQ(decode(model, planes, encode(model, planes)), planes.symbols);
}

TEST_P(ContextModelTest, LearningBeatsTheTablesAlone) {
  const auto planes = textured(8, {32, 32}, 1234);
  RansEncoder plain;
  plain.append(table(), planes.rows.data(), planes.symbols.data(), planes.symbols.size());
  const auto static_bytes = static_cast<double>(plain.finish().size());
  const auto untaught = static_cast<double>(encode(untaught_model(8), planes).size());
  const auto learned = static_cast<double>(encode(taught_model(8), planes).size());
  EXPECT_LT(untaught, static_bytes);
  EXPECT_LT(learned, 0.9 * static_bytes);
  EXPECT_LT(learned, untaught);
}

TEST_P(ContextModelTest, PricesAreThoseByWhichItQuantises) {
  constexpr float kWeight = 3;
  const ContextModel model = taught_model(2);
  const Planes planes = textured(2, {24, 20}, 9);
  std::vector<float> values(planes.symbols.size());
  std::mt19937 random(5);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = 0.8F * static_cast<float>(planes.symbols[i]) + 0.001F * static_cast<float>(random() % 400);
  }
  std::vector<std::int32_t> chosen(values.size());
  model.quantise(values.data(), kWeight, chosen.data(), planes.rows.data(), planes.size, 800);
  const MagnitudeOdds odds = model.odds(chosen.data(), planes.rows.data(), planes.size, 800, false);
  ASSERT_EQ(odds.first.size(), values.size());
  ASSERT_EQ(odds.second.size(), values.size());
  int dropped = 0, kept = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float size = std::abs(values[i]);
    if (std::lround(size) != 1) continue;
    // What the step from 0 to 1 saves in weighted squared error.
    const float saved = kWeight * (size * size - (size - 1) * (size - 1));
    // Its bits: to be more than 0 rather than not, a sign, and to be no more than 1.
    const float price = 1 - odds.first[i] + std::log2(1 + std::exp2(odds.second[i]));
    if (std::abs(saved - price) < 1e-2F) continue;
    ASSERT_EQ(chosen[i] == 0, price > saved) << i;
    ++(chosen[i] == 0 ? dropped : kept);
  }
  EXPECT_GT(dropped, 10);
  EXPECT_GT(kept, 10);
}

TEST(ContextModel, StreamsOfVersionOneKeepTheirBytes) {
  const Bytes stream = encode(taught(fresh_first(5), 5), textured(5, {13, 6}, 99));
  EXPECT_EQ(stream.size(), 118U);
  EXPECT_EQ(xxh64(stream), 10371646941644588424U);
}

TEST(ContextModel, StreamsWithPartnersKeepTheirBytes) {
  const Bytes stream = encode(taught(fresh(5), 5), textured(5, {13, 6}, 99));
  EXPECT_EQ(stream.size(), 118U);
  EXPECT_EQ(xxh64(stream), 12474548924935096819U);
}

TEST_P(ContextModelTest, DamagedStreamsGiveAnErrorOrOtherSymbols) {
  const auto model = taught_model(5);
  const auto planes = textured(5, {13, 6}, 99);
  const Bytes stream = encode(model, planes);
  for (std::size_t i = 0; i < stream.size(); ++i) {
    Bytes bytes = stream;
    bytes[i] ^= 0xFF;
    try {
      EXPECT_NE(decode(model, planes, bytes), planes.symbols) << i;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
    }
    const Bytes cut(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THROW((void)decode(model, planes, cut), Error) << i;
  }
}

TEST_P(ContextModelTest, RefusesAStartThatDoesNotFit) {
  const ContextState good = untaught_model(4).start();
  EXPECT_NO_THROW(ContextModel(table(), 4, good, "x"));
  EXPECT_THROW(ContextModel(table(), 5, good, "x"), Error);
  ContextState bad = good;
  bad.counters.pop_back();
  EXPECT_THROW(ContextModel(table(), 4, bad, "x"), Error);
  bad = good;
  bad.weights[3] = 1 << 30;
  EXPECT_THROW(ContextModel(table(), 4, bad, "x"), Error);
  bad = good;
  bad.predictors.back() = -(1 << 30);
  EXPECT_THROW(ContextModel(table(), 4, bad, "x"), Error);
}

TEST(ContextModel, RefusesPartnersThatAreNotDecodedBefore) {
  const auto good = plain_partners(4);
  const auto with = [&](std::size_t i, std::int32_t partner) {
    auto partners = good;
    partners[i] = partner;
    return ContextModel(table(), 4, partners);
  };
  EXPECT_NO_THROW(with(2 * kPartners, 2 * kPartnerPlaces - 1));
  EXPECT_THROW(with(2 * kPartners, 2 * kPartnerPlaces), Error);
  EXPECT_THROW(with(0, 0), Error);
  EXPECT_THROW(with(3 * kPartners, -2), Error);
  EXPECT_THROW(ContextModel(table(), 5, good), Error);
  // A start with partners in the sizes of one without.
  auto start = untaught<FirstStructure>(4);
  start.partners = good;
  EXPECT_THROW(ContextModel(table(), 4, start, "x"), Error);
}

/// Channel 3 repeats channel 0 one position further east with the sign turned; channel 2 has the magnitudes of
/// channel 1.
Planes related(PlaneSize size, unsigned seed) {
  std::mt19937 random(seed);
  const auto area = static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
  Planes planes{size, std::vector<std::int32_t>(4 * area), std::vector<std::uint16_t>(4 * area, 14)};
  const auto draw = [&] { return static_cast<std::int32_t>(random() % 9) - 4; };
  for (std::size_t i = 0; i < area; ++i) {
    planes.symbols[i] = draw();
    planes.symbols[area + i] = draw();
    planes.symbols[2 * area + i] = random() % 2 == 0 ? planes.symbols[area + i] : -planes.symbols[area + i];
  }
  for (std::size_t i = 0; i + 1 < area; ++i) planes.symbols[3 * area + i] = -planes.symbols[i + 1];
  return planes;
}

TEST(PartnerSearch, FindsWhatChannelsShare) {
  PartnerSearch search(table(), 4);
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const auto planes = related({24, 20}, seed);
    search.add(planes.symbols.data(), planes.rows.data(), planes.size);
  }
  const auto partners = search.choose();
  ASSERT_EQ(partners.size(), std::size_t{4} * kPartners);
  EXPECT_EQ(partners[0], kNoPartner);
  EXPECT_EQ(partners[3 * kPartners], 1);  // channel 0, east
  EXPECT_EQ(partners[3 * kPartners + kSignedPartners], 1);
  EXPECT_EQ(partners[2 * kPartners + kSignedPartners], 1 * kPartnerPlaces);  // channel 1, same position

  const auto coded = related({24, 20}, 99);
  const auto size_with = [&](const std::vector<std::int32_t>& chosen) {
    ContextModel model(table(), 4, chosen);
    for (unsigned seed = 1; seed <= 3; ++seed) {
      const auto planes = related({24, 20}, seed);
      model.learn(planes.symbols.data(), planes.rows.data(), planes.size, 800);
    }
    return encode(model, coded).size();
  };
  EXPECT_LT(static_cast<double>(size_with(partners)), 0.9 * static_cast<double>(size_with(plain_partners(4))));
}

}  // namespace
}  // namespace imgcnn::entropy
