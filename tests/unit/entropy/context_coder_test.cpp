// The context coder: exact both ways, predicted from what lies before alone, bounded on any bytes,
// and the same on every machine.

#include "imgcnn/entropy/context_coder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "context_samples.h"
#include "entropy/context/index_statistics.h"
#include "entropy/context/logistic_scale.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/xxh64.h"

namespace imgcnn::entropy {
namespace {

constexpr int kIndexes = 2 * kSpreads;

/// A coder and what it was made of.
struct Example {
  CdfTable table;
  DependentQuantizer quantizer;
  int channels;
  ContextCoder coder;

  Example(CdfTable coding_table, DependentQuantizer dependent, int channel_count,
          ContextMlpWeights weights)
      : table(std::move(coding_table)),
        quantizer(std::move(dependent)),
        channels(channel_count),
        coder(table, quantizer, channels, std::move(weights), "test") {}
};

/// The quantizer applies to the second half of the indexes.
const DependentQuantizer& half_dependent() {
  static const DependentQuantizer quantizer(kIndexes, kIndexes / 2, 700);
  return quantizer;
}

Example make_example(int channels, bool dependent, bool leaning, unsigned seed,
                     std::size_t width = 32) {
  const DependentQuantizer quantizer = dependent ? half_dependent() : DependentQuantizer();
  return {geometric_table(kIndexes, leaning, quantizer), quantizer, channels,
          random_mlp(channels, width, seed)};
}

Bytes encode(const ContextCoder& coder, const ContextPlanes& planes, int quality16 = 800) {
  RansEncoder encoder;
  coder.encode(encoder, planes.symbols.data(), planes.cdf_indexes.data(), CodingOrder(planes.size),
               quality16);
  return encoder.finish(0).first;
}

/// Checks the bounds of what it finds before it asks whether the stream was sound.
std::vector<std::int32_t> decode(const ContextCoder& coder, const ContextPlanes& planes,
                                 ByteSpan stream, int quality16 = 800) {
  RansDecoder decoder(stream, "test");
  std::vector<std::int32_t> symbols(planes.symbols.size() + 1, INT32_MIN);
  coder.decode(decoder, symbols.data(), planes.cdf_indexes.data(), CodingOrder(planes.size),
               quality16);
  EXPECT_EQ(symbols.back(), INT32_MIN) << "written behind the planes";
  symbols.pop_back();
  for (const std::int32_t symbol : symbols) EXPECT_LE(std::abs(std::int64_t{symbol}), kMaxSymbol);
  decoder.finish(0);
  return symbols;
}

/// What was predicted of one channel.
struct Predicted {
  std::vector<std::uint32_t> positions;
  std::vector<std::uint16_t> coding_indexes;
  std::vector<std::int8_t> features;
  std::vector<std::int16_t> corrections;
};

/// Keeps all that it hears.
class Recorder : public PredictionObserver {
 public:
  explicit Recorder(std::size_t positions) : positions_(positions) {}

  void see(const PredictedSymbols& of) override {
    EXPECT_EQ(of.channel, static_cast<int>(channels.size()));
    channels.push_back({{of.positions, of.positions + of.count},
                        {of.coding_indexes, of.coding_indexes + positions_},
                        {of.features, of.features + of.count * kFeatureStride},
                        {of.corrections, of.corrections + of.count * kCorrectionStride}});
  }

  std::vector<Predicted> channels;

 private:
  std::size_t positions_;
};

std::vector<Predicted> observe(const ContextCoder& coder, const ContextPlanes& planes,
                               int quality16 = 800) {
  const CodingOrder order(planes.size);
  Recorder recorder(order.positions());
  coder.observe(planes.symbols.data(), planes.cdf_indexes.data(), order, quality16, recorder);
  return std::move(recorder.channels);
}

/// The decisions of a predicted symbol, one by one.
void append_predicted(RansEncoder& encoder, const IndexStatistics& of, const std::int16_t* greater,
                      int sign, std::int32_t symbol) {
  const auto append = [&](int logit, bool value) {
    const int limited = std::clamp(logit, -kLogitLimit, kLogitLimit);
    encoder.append_bit(static_cast<std::uint16_t>(LogisticScale::instance().squash(limited)),
                       value);
  };
  const std::int32_t magnitude = std::abs(symbol);
  for (std::int32_t k = 0; k <= std::min(magnitude, 13); ++k)
    append(of.greater[static_cast<std::size_t>(k)] +
               greater[std::min<std::size_t>(static_cast<std::size_t>(k), 2)],
           magnitude > k);
  if (magnitude >= 14) {
    const auto rest = static_cast<std::uint32_t>(magnitude - 13);
    std::uint32_t exponent = 0;
    while (rest >> (exponent + 1) != 0) append(of.exponent[exponent++], true);
    append(of.exponent[exponent], false);
    encoder.append_bits(rest - (1U << exponent), exponent);
  }
  if (magnitude > 0) append(of.negative + sign, symbol < 0);
}

/// Codes planes by what is observed of them.
Bytes encode_observed(const Example& example, const ContextPlanes& planes, int quality16) {
  const CodingOrder order(planes.size);
  const auto statistics = index_statistics(example.table, example.quantizer);
  RansEncoder encoder;
  const std::int32_t* symbols = planes.symbols.data();
  for (const Predicted& of : observe(example.coder, planes, quality16)) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < order.positions(); ++i) {
      const std::uint32_t at = order.raster(i);
      const std::size_t index = of.coding_indexes[at];
      if (next == of.positions.size() || of.positions[next] != at) {
        encoder.append_symbol(example.table, index, symbols[at]);
        continue;
      }
      const std::int16_t* const corrections = of.corrections.data() + kCorrectionStride * next++;
      append_predicted(encoder, statistics[index],
                       corrections + 3 * example.quantizer.quantizer_of(index), corrections[6],
                       symbols[at]);
    }
    EXPECT_EQ(next, of.positions.size());
    symbols += order.positions();
  }
  return encoder.finish(0).first;
}

/// With and without a dependent quantizer, with symmetric and leaning CDFs.
class ContextCoderTest : public ::testing::TestWithParam<std::tuple<bool, bool>> {
 protected:
  static Example example(int channels, unsigned seed, std::size_t width = 32) {
    return make_example(channels, std::get<0>(GetParam()), std::get<1>(GetParam()), seed, width);
  }
};
INSTANTIATE_TEST_SUITE_P(, ContextCoderTest,
                         ::testing::Combine(::testing::Bool(), ::testing::Bool()),
                         [](const auto& of) {
                           return std::string(std::get<0>(of.param) ? "Dependent" : "Scalar") +
                                  (std::get<1>(of.param) ? "Leaning" : "Symmetric");
                         });

constexpr PlaneSize kSizes[] = {{1, 1}, {1, 7}, {9, 1}, {2, 2}, {13, 6}, {5, 17}};

TEST_P(ContextCoderTest, RoundTripsEverySizeAndQuality) {
  unsigned seed = 1;
  for (const PlaneSize size : kSizes) {
    for (const int quality16 : {0, 777, 1600}) {
      const Example of = example(1 + static_cast<int>(seed % 5), seed, 32 * (1 + seed % 3));
      const auto planes = random_planes(of.channels, size, kIndexes, ++seed);
      EXPECT_EQ(decode(of.coder, planes, encode(of.coder, planes, quality16), quality16),
                planes.symbols)
          << size.height << 'x' << size.width << ' ' << quality16;
    }
  }
}

TEST_P(ContextCoderTest, TheStreamMayBeCutInFrontOfAnyChannel) {
  const Example of = example(3, 12);
  const auto planes = random_planes(3, {7, 5}, kIndexes, 13);
  const CodingOrder order(planes.size);
  const Bytes whole = encode(of.coder, planes);
  for (int cut = 0; cut <= 3; ++cut) {
    RansEncoder encoder;
    of.coder.encode({encoder, cut}, planes.symbols.data(), planes.cdf_indexes.data(), order, 800);
    const auto [first, second] = encoder.finish(0);
    Bytes joined = first;
    joined.insert(joined.end(), second.begin(), second.end());
    EXPECT_EQ(joined, whole);
    RansDecoder both(first, second, "both"), front(first, "front");
    std::vector<std::int32_t> symbols(planes.symbols.size());
    of.coder.decode({both, cut}, symbols.data(), planes.cdf_indexes.data(), order, 800);
    EXPECT_NO_THROW(both.finish(0));
    EXPECT_EQ(symbols, planes.symbols);
    // A front is the same up to the cut, and knows its end.
    std::fill(symbols.begin(), symbols.end(), 0);
    of.coder.decode({front, cut}, symbols.data(), planes.cdf_indexes.data(), order, 800, cut);
    auto expected = planes.symbols;
    std::fill(expected.begin() + static_cast<std::ptrdiff_t>(order.positions()) * cut,
              expected.end(), 0);
    EXPECT_EQ(symbols, expected);
    Bytes longer = first;
    longer.insert(longer.end(), 2, 0);
    RansDecoder stretched(longer, "stretched");
    EXPECT_THROW(of.coder.decode({stretched, cut}, symbols.data(), planes.cdf_indexes.data(), order,
                                 800, cut),
                 Error);
  }
}

TEST_P(ContextCoderTest, RoundTripsSilence) {
  const Example of = example(3, 4);
  auto planes = random_planes(3, {7, 5}, kIndexes, 5);
  std::fill(planes.symbols.begin(), planes.symbols.end(), 0);
  EXPECT_EQ(decode(of.coder, planes, encode(of.coder, planes)), planes.symbols);
  // Nothing is predicted
  std::fill(planes.cdf_indexes.begin(), planes.cdf_indexes.end(), std::uint16_t{0});
  EXPECT_EQ(decode(of.coder, planes, encode(of.coder, planes)), planes.symbols);
}

TEST_P(ContextCoderTest, RoundTripsTheExtremes) {
  const Example of = example(4, 6);
  constexpr std::int32_t kExtremes[] = {
      0,  kMaxSymbol, -kMaxSymbol, kMaxSymbol - 1, 12,    -13,   14, -15, 16,
      64, -127,       128,         4096,           99999, -99999};
  std::mt19937 random(7);
  auto planes = random_planes(4, {6, 8}, kIndexes, 8);
  for (std::int32_t& symbol : planes.symbols) symbol = kExtremes[random() % std::size(kExtremes)];
  EXPECT_EQ(decode(of.coder, planes, encode(of.coder, planes)), planes.symbols);
  std::fill(planes.symbols.begin(), planes.symbols.end(), -kMaxSymbol);
  EXPECT_EQ(decode(of.coder, planes, encode(of.coder, planes)), planes.symbols);
}

TEST_P(ContextCoderTest, RoundTripsUnderCorrectionsThatSaturate) {
  std::mt19937 random(9);
  ContextMlpWeights weights = example(3, 10).coder.mlp().weights();
  for_each_layer(weights, [&](auto& values, int) {
    using Value = typename std::decay_t<decltype(values)>::value_type;
    constexpr std::int32_t kMost = sizeof(Value) == 1 ? 127 : ContextMlpWeights::kMostBias;
    for (Value& value : values) value = static_cast<Value>(random() % 2 == 0 ? kMost : -kMost);
  });
  const Example start = example(3, 10);
  const Example of(start.table, start.quantizer, 3, weights);
  const auto planes = random_planes(3, {9, 4}, kIndexes, 11);
  EXPECT_EQ(decode(of.coder, planes, encode(of.coder, planes)), planes.symbols);
}

TEST_P(ContextCoderTest, CodesByWhatItShowsToObservers) {
  unsigned seed = 20;
  for (const PlaneSize size : kSizes) {
    const Example of = example(4, ++seed);
    auto planes = random_planes(4, size, kIndexes, seed);
    planes.symbols[planes.symbols.size() / 2] = -5000;
    planes.symbols.back() = kMaxSymbol;
    for (const int quality16 : {0, 900})
      EXPECT_EQ(encode_observed(of, planes, quality16), encode(of.coder, planes, quality16));
  }
}

TEST_P(ContextCoderTest, ShowsThePredictedSymbolsInCodingOrder) {
  const Example of = example(4, 30);
  const auto planes = random_planes(4, {6, 7}, kIndexes, 31);
  const CodingOrder order(planes.size);
  const auto observed = observe(of.coder, planes);
  ASSERT_EQ(observed.size(), 4U);
  std::vector<std::uint16_t> in_order, coding;
  std::vector<std::int32_t> symbols;
  order.for_each(planes.symbols.size(), [&](std::size_t i) {
    in_order.push_back(planes.cdf_indexes[i]);
    symbols.push_back(planes.symbols[i]);
    coding.push_back(observed[i / order.positions()].coding_indexes[i % order.positions()]);
  });
  EXPECT_EQ(coding, coding_indexes(of.quantizer, in_order, symbols,
                                   CodingOrder({1, static_cast<int>(symbols.size())})));
  for (std::size_t c = 0; c < 4; ++c) {
    std::vector<std::uint32_t> expected;
    for (std::size_t i = 0; i < order.positions(); ++i) {
      if (planes.cdf_indexes[c * order.positions() + order.raster(i)] % kSpreads != 0)
        expected.push_back(order.raster(i));
    }
    EXPECT_EQ(observed[c].positions, expected);
    for (const std::int8_t feature : observed[c].features) ASSERT_LE(std::abs(feature), 127);
  }
}

TEST_P(ContextCoderTest, PredictsFromWhatLiesBeforeAlone) {
  const Example of = example(3, 40);
  const auto planes = random_planes(3, {5, 6}, kIndexes, 41);
  const CodingOrder order(planes.size);
  const auto before = observe(of.coder, planes);
  int told = 0;
  for (std::size_t changed = 0; changed < planes.symbols.size(); ++changed) {
    auto others = planes;
    others.symbols[changed] += changed % 2 == 0 ? 1 : 40;
    const auto after = observe(of.coder, others);
    const std::size_t channel = changed / order.positions();
    bool reached = false;  // the changed symbol, in coding order
    std::size_t next = 0;
    for (std::size_t c = 0; c <= channel; ++c, next = 0) {
      for (std::size_t i = 0; i < order.positions(); ++i) {
        const std::uint32_t at = order.raster(i);
        if (!reached) {
          ASSERT_EQ(after[c].coding_indexes[at], before[c].coding_indexes[at]) << changed;
        }
        if (next < before[c].positions.size() && before[c].positions[next] == at) {
          const auto correction = [&](const auto& planes_seen) {
            const auto first = planes_seen[c].corrections.begin() +
                               static_cast<std::ptrdiff_t>(next * kCorrectionStride);
            return std::vector<std::int16_t>(first, first + kCorrections);
          };
          const bool same = correction(after) == correction(before);
          ASSERT_TRUE(reached || same) << changed << ' ' << c << ' ' << at;
          told += same ? 0 : 1;
          ++next;
        }
        reached = reached || c * order.positions() + at == changed;
      }
    }
  }
  EXPECT_GT(told, 100);  // and what lies behind does hear of it
}

TEST_P(ContextCoderTest, AnEmptyNetworkCostsWhatTheDistributionsSay) {
  const Example start = example(2, 50);
  const ContextCoder blank(start.table, start.quantizer, 2, blank_mlp(2, 32), "blank");
  const auto planes = random_planes(2, {40, 40}, kIndexes, 51);
  RansEncoder encoder;
  const CodingOrder order(planes.size);
  std::vector<std::uint16_t> in_order;
  std::vector<std::int32_t> symbols;
  order.for_each(planes.symbols.size(), [&](std::size_t i) {
    in_order.push_back(planes.cdf_indexes[i]);
    symbols.push_back(planes.symbols[i]);
  });
  const auto coding = coding_indexes(start.quantizer, in_order, symbols,
                                     CodingOrder({1, static_cast<int>(symbols.size())}));
  encoder.append(start.table, coding.data(), symbols.data(), symbols.size());
  const auto alone = static_cast<double>(encoder.finish(0).first.size());
  // Signs and magnitudes are independent of each other in symmetric CDFs alone.
  EXPECT_NEAR(static_cast<double>(encode(blank, planes).size()), alone,
              (std::get<1>(GetParam()) ? 0.05 : 0.01) * alone);
}

TEST_P(ContextCoderTest, DamagedStreamsGiveAnErrorOrOtherSymbols) {
  const Example of = example(3, 60);
  const auto planes = random_planes(3, {3, 4}, kIndexes, 61);
  const Bytes stream = encode(of.coder, planes);
  int refused = 0, flips = 0;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    for (int flip = 1; flip < 256; ++flip, ++flips) {
      Bytes bytes = stream;
      bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ flip);
      try {
        EXPECT_NE(decode(of.coder, planes, bytes), planes.symbols) << i << ' ' << flip;
      } catch (const Error& e) {
        EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, flips * 9 / 10);
}

TEST_P(ContextCoderTest, StreamsOfAnotherLengthAreRefused) {
  const Example of = example(3, 62);
  const auto planes = random_planes(3, {3, 4}, kIndexes, 63);
  const auto expect_corrupt = [&](ByteSpan stream) {
    try {
      (void)decode(of.coder, planes, stream);
      FAIL() << "accepted";
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
    }
  };
  Bytes stream = encode(of.coder, planes);
  for (std::size_t size = 0; size < stream.size(); ++size)
    expect_corrupt(ByteSpan(stream).subspan(0, size));
  stream.insert(stream.end(), 2, 0);
  expect_corrupt(stream);
}

TEST_P(ContextCoderTest, DecodesAnyBytesWithinBounds) {
  const Example of = example(3, 64);
  const auto planes = random_planes(3, {6, 5}, kIndexes, 65);
  std::mt19937 random(66);
  for (int round = 0; round < 300; ++round) {
    Bytes stream(random() % 200);
    for (auto& byte : stream)
      byte = static_cast<std::uint8_t>(round == 0 ? 0 : round == 1 ? 255 : random());
    EXPECT_THROW((void)decode(of.coder, planes, stream), Error);
  }
}

TEST_P(ContextCoderTest, LimitsSymbolsThatAreTooLarge) {
  const Example of = example(1, 67);
  ContextPlanes planes(1, {1, 1});
  planes.cdf_indexes[0] = 13;
  const Predicted predicted = observe(of.coder, planes)[0];
  ASSERT_EQ(predicted.positions.size(), 1U);
  const IndexStatistics own = index_statistics(of.table, of.quantizer)[predicted.coding_indexes[0]];
  for (const bool negative : {false, true}) {
    RansEncoder encoder;
    const auto append = [&](int logit, bool value) {
      encoder.append_bit(static_cast<std::uint16_t>(LogisticScale::instance().squash(logit)),
                         value);
    };
    for (std::size_t k = 0; k < kUnaryDecisions; ++k)
      append(std::clamp(own.greater[k] + predicted.corrections[std::min<std::size_t>(k, 2)],
                        -kLogitLimit, kLogitLimit),
             true);
    for (std::size_t e = 0; e < kExponentDecisions; ++e) append(own.exponent[e], true);
    encoder.append_bits((1U << kExponentDecisions) - 1, kExponentDecisions);
    append(std::clamp(own.negative + predicted.corrections[kSignCorrection], -kLogitLimit,
                      kLogitLimit),
           negative);
    EXPECT_EQ(decode(of.coder, planes, encoder.finish(0).first),
              std::vector<std::int32_t>{negative ? -kMaxSymbol : kMaxSymbol});
  }
}

TEST(ContextCoder, KnowsTheLogitsOfItsDistributions) {
  const Example of = make_example(2, true, true, 70);
  const auto statistics = index_statistics(of.table, of.quantizer);
  for (std::size_t index = 0; index < of.table.rows(); ++index) {
    const IndexStatistics& own = statistics[index];
    EXPECT_EQ(of.coder.logits(index).greater, own.greater);
    EXPECT_EQ(of.coder.logits(index).negative, own.negative);
  }
  for (std::uint16_t index = 0; index < kIndexes; ++index)
    EXPECT_EQ(of.coder.predicts(index), index % kSpreads != 0);
}

TEST(ContextCoder, RefusesWeightsThatDoNotFitItsChannels) {
  const CdfTable table = geometric_table(kIndexes);
  EXPECT_NO_THROW(ContextCoder(table, {}, 3, blank_mlp(3, 32), "context"));
  EXPECT_THROW(ContextCoder(table, {}, 3, blank_mlp(2, 32), "context"), Error);
  EXPECT_THROW(ContextCoder(table, {}, 3, {}, "context"), Error);
}

TEST(ContextCoder, RefusesATableWithoutTheCdfsOfItsQuantizer) {
  EXPECT_NO_THROW(ContextCoder(geometric_table(half_dependent().cdf_count()), half_dependent(), 1,
                               blank_mlp(1, 32), ""));
  for (const int rows : {kIndexes - 1, kIndexes, half_dependent().cdf_count() - 1})
    EXPECT_THROW(ContextCoder(geometric_table(rows), half_dependent(), 1, blank_mlp(1, 32), ""),
                 Error)
        << rows;
}

/// Marsaglia, "Xorshift RNGs", Journal of Statistical Software 2003.
class Xorshift {
 public:
  std::uint32_t operator()() {
    x_ ^= x_ << 13;
    x_ ^= x_ >> 17;
    return x_ ^= x_ << 5;
  }

 private:
  std::uint32_t x_ = 2463534242U;
};

/// Planes, network and table by formulas alone.
Bytes stream_by_formulas(bool dependent) {
  constexpr int kChannels = 4;
  const DependentQuantizer quantizer = dependent ? half_dependent() : DependentQuantizer();
  const ContextCoder coder(geometric_table(kIndexes, false, quantizer), quantizer, kChannels,
                           drawn_mlp(kChannels, 64, Xorshift()), "formulas");
  ContextPlanes planes(kChannels, {5, 6});
  Xorshift draw;
  for (std::size_t i = 0; i < planes.symbols.size(); ++i) {
    planes.cdf_indexes[i] = static_cast<std::uint16_t>(draw() % kIndexes);
    planes.symbols[i] = static_cast<std::int32_t>(draw() % 9) - 4;
  }
  planes.symbols[17] = 40;  // beyond the unary decisions
  planes.symbols[50] = -kMaxSymbol;
  std::vector<std::int16_t> corrections;
  for (const Predicted& of : observe(coder, planes, 1000)) {
    for (std::size_t i = 0; i < of.corrections.size(); ++i) {
      if (i % kCorrectionStride < kCorrections) corrections.push_back(of.corrections[i]);
    }
  }
  EXPECT_LT(*std::min_element(corrections.begin(), corrections.end()), -100);
  EXPECT_GT(*std::max_element(corrections.begin(), corrections.end()), 100);
  const Bytes stream = encode(coder, planes, 1000);
  EXPECT_EQ(decode(coder, planes, stream, 1000), planes.symbols);
  return stream;
}

TEST(ContextCoder, StreamsKeepTheirBytes) {
  const Bytes scalar = stream_by_formulas(false), dependent = stream_by_formulas(true);
  EXPECT_EQ(scalar.size(), 108U);
  EXPECT_EQ(xxh64(scalar), 9598824240181211508U);
  EXPECT_EQ(dependent.size(), 106U);
  EXPECT_EQ(xxh64(dependent), 12701873250684481374U);
}

}  // namespace
}  // namespace imgcnn::entropy
