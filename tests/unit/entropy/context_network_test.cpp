// The correcting network: its arithmetic, its bounds, and what the context model does with it.

#include "imgcnn/entropy/context_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <type_traits>

#include "blank_network.h"
#include "entropy/context_layout.h"
#include "entropy/network_layers.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/xxh64.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::entropy {
namespace {

using rdo::build_gaussian_table;

constexpr int kChannels = 3;
constexpr auto kFeatures = static_cast<int>(ContextNetwork::kFeatures);
constexpr auto kNarrow = static_cast<int>(ContextNetwork::kNarrow);
constexpr auto kDecisions = static_cast<int>(ContextNetwork::kDecisions);

ContextNetwork::Weights silent(std::size_t width = 64) { return blank_network(kChannels, width); }

/// Every weight drawn from +- its share of the largest. own: each channel has its own first layer.
ContextNetwork::Weights drawn(unsigned seed, double share, std::size_t width = 64, bool own = false) {
  std::mt19937 random(seed);
  auto weights = silent(width);
  if (own) weights.first.resize(kChannels * weights.first.size());
  const auto fill = [&](auto& values, std::int32_t most) {
    const auto limit = static_cast<std::int64_t>(share * most);
    for (auto& v : values)
      v = static_cast<std::decay_t<decltype(v)>>(static_cast<std::int64_t>(random() % (2 * limit + 1)) - limit);
  };
  for_each_part(weights, fill);
  return weights;
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// FORMAT.md word for word, in 64 bits.
ContextNetwork::Corrections by_the_format(const ContextNetwork::Weights& w, int channel,
                                          const ContextNetwork::Features& features) {
  const auto clip = [](std::int64_t v) { return std::min<std::int64_t>(std::max<std::int64_t>(v, 0), 2047); };
  const auto at = [](const auto& values, int i) { return std::int64_t{values[static_cast<std::size_t>(i)]}; };
  const int width = static_cast<int>(w.first_bias.size()) / kChannels;
  const int layer = static_cast<int>(w.first.size()) > width * kFeatures ? channel * width * kFeatures : 0;
  std::vector<std::int64_t> a, b;
  for (int i = 0; i < width; ++i) {
    std::int64_t sum = at(w.first_bias, channel * width + i);
    for (int j = 0; j < kFeatures; ++j) sum += at(w.first, layer + i * kFeatures + j) * at(features, j);
    a.push_back(clip(floor_divide(sum, 256)));
  }
  for (int i = 0; i < kNarrow; ++i) {
    std::int64_t sum = at(w.second_bias, i);
    for (int j = 0; j < width; ++j) sum += at(w.second, i * width + j) * at(a, j);
    b.push_back(clip(floor_divide(sum, 4096)));
  }
  ContextNetwork::Corrections d{};
  for (int i = 0; i < kDecisions; ++i) {
    std::int64_t sum = at(w.third_bias, channel * kDecisions + i);
    for (int j = 0; j < kNarrow; ++j) sum += at(w.third, i * kNarrow + j) * at(b, j);
    d[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(floor_divide(sum, 2048));
  }
  return d;
}

TEST(ContextNetwork, ComputesWhatTheFormatSays) {
  std::mt19937 random(3);
  const auto check = [&](double share, std::size_t width, bool own) {
    const auto weights = drawn(7, share, width, own);
    const ContextNetwork network(weights, kChannels, "x");
    ASSERT_EQ(network.width(), width);
    const auto pairs = [](const std::int16_t* layer, std::size_t out, std::size_t in) {
      std::vector<std::int16_t> result(out * in);
      put_by_pairs(layer, out, in, result.data());
      return result;
    };
    const auto second = pairs(weights.second.data(), kNarrow, width);
    for (int n = 0; n < 30; ++n) {
      ContextNetwork::Features features{};
      for (auto& f : features)
        f = static_cast<std::int8_t>(n == 0 ? 127 : n == 1 ? -127 : static_cast<int>(random() % 255) - 127);
      for (int c = 0; c < kChannels; ++c) {
        const auto expected = by_the_format(weights, c, features);
        ASSERT_EQ(network.correct(c, features), expected) << share << ' ' << n;
        // Machines without AVX2 must agree.
        const auto layer = own ? static_cast<std::size_t>(c) * width * kFeatures : 0;
        const auto first = pairs(weights.first.data() + layer, width, kFeatures);
        ASSERT_EQ(run_layers<PlainBlock>({first.data(), second.data(), weights, width}, static_cast<std::size_t>(c),
                                         features),
                  expected)
            << share << ' ' << n;
      }
    }
  };
  // Shares at which layers live, and one at which every sum is as large as it may become.
  for (const double share : {0.001, 0.02, 1.0}) {
    for (const std::size_t width : {std::size_t{32}, std::size_t{64}, ContextNetwork::kMostWidth}) {
      check(share, width, false);
      check(share, width, true);
    }
  }
}

TEST(ContextNetwork, RefusesWhatDoesNotFit) {
  EXPECT_NO_THROW(ContextNetwork(silent(), kChannels, "x"));
  EXPECT_THROW(ContextNetwork(silent(), kChannels + 1, "x"), Error);
  EXPECT_THROW(ContextNetwork(silent(48), kChannels, "x"), Error);
  EXPECT_THROW(ContextNetwork(silent(2 * ContextNetwork::kMostWidth), kChannels, "x"), Error);
  EXPECT_THROW(ContextNetwork(silent(0), kChannels, "x"), Error);
  const auto refused = [](auto change) {
    auto weights = silent();
    change(weights);
    EXPECT_THROW(ContextNetwork(weights, kChannels, "x"), Error);
  };
  refused([](auto& w) { w.first.pop_back(); });
  refused([](auto& w) { w.first.resize(2 * w.first.size()); });
  refused([](auto& w) { w.second.push_back(0); });
  refused([](auto& w) { w.third.clear(); });
  refused([](auto& w) { w.second[5] = static_cast<std::int16_t>(ContextNetwork::most_weight(64) + 1); });
  refused([](auto& w) {
    w.third[5] = static_cast<std::int16_t>(-ContextNetwork::most_weight(ContextNetwork::kNarrow) - 1);
  });
  refused([](auto& w) { w.first_bias[5] = ContextNetwork::kMostBias + 1; });
  refused([](auto& w) { w.second_bias[5] = -ContextNetwork::kMostBias - 1; });
  refused([](auto& w) { w.third_bias[5] = std::numeric_limits<std::int32_t>::min(); });
}

/// Half of the symbols are 0; those that are not are negative.
struct NegativePlanes {
  PlaneSize size{12, 10};
  std::vector<std::int32_t> symbols;
  std::vector<std::uint16_t> rows;
  NegativePlanes() {
    std::mt19937 random(11);
    for (int i = 0; i < kChannels * size.height * size.width; ++i) {
      symbols.push_back(random() % 2 == 0 ? 0 : -1 - static_cast<std::int32_t>(random() % 3));
      rows.push_back(static_cast<std::uint16_t>(14 + random() % 4));
    }
  }
};

ContextModel model() { return {build_gaussian_table(32, 0.1, 64.0), kChannels, plain_partners(kChannels)}; }

Bytes encoded(const ContextModel& model, const NegativePlanes& planes) {
  RansEncoder encoder;
  model.encode(encoder, planes.symbols.data(), planes.rows.data(), planes.size, 800);
  return encoder.finish();
}

std::vector<std::int32_t> decoded(const ContextModel& model, const NegativePlanes& planes, const Bytes& stream) {
  RansDecoder decoder(stream, "test");
  std::vector<std::int32_t> symbols(planes.symbols.size());
  model.decode(decoder, symbols.data(), planes.rows.data(), planes.size, 800);
  decoder.finish();
  return symbols;
}

TEST(ContextNetwork, KnowsWhatCountersWouldHaveToLearn) {
  const NegativePlanes planes;
  ContextModel corrected = model();
  auto weights = silent();
  // 4 nats for "negative" in every channel.
  for (std::size_t c = 0; c < kChannels; ++c) weights.third_bias[c * ContextNetwork::kDecisions + 2] = 4 * 256 << 11;
  corrected.set_network(weights);
  const Bytes plain = encoded(model(), planes), shorter = encoded(corrected, planes);
  EXPECT_LT(shorter.size(), plain.size());
  EXPECT_EQ(decoded(corrected, planes, shorter), planes.symbols);
}

TEST(ContextNetwork, StreamsKeepTheirBytes) {
  const NegativePlanes planes;
  ContextModel corrected = model();
  corrected.set_network(drawn(9, 0.02));
  const Bytes stream = encoded(corrected, planes);
  EXPECT_EQ(decoded(corrected, planes, stream), planes.symbols);
  EXPECT_EQ(stream.size(), 480U);
  EXPECT_EQ(xxh64(stream), 4901080475215367095U);
}

TEST(ContextNetwork, ComesBackInAStartAndIsForgottenByLearning) {
  const NegativePlanes planes;
  ContextModel corrected = model();
  corrected.set_network(drawn(9, 0.02));
  const ContextModel again(build_gaussian_table(32, 0.1, 64.0), kChannels, corrected.start(), "again");
  EXPECT_EQ(encoded(again, planes), encoded(corrected, planes));
  corrected.learn(planes.symbols.data(), planes.rows.data(), planes.size, 800);
  EXPECT_TRUE(corrected.start().network.first.empty());
  ContextModel plain = model();
  plain.learn(planes.symbols.data(), planes.rows.data(), planes.size, 800);
  EXPECT_EQ(encoded(corrected, planes), encoded(plain, planes));
}

TEST(ContextNetwork, NeedsPartners) {
  auto start = untaught<FirstStructure>(kChannels);
  start.network = silent();
  EXPECT_THROW(ContextModel(build_gaussian_table(32, 0.1, 64.0), kChannels, start, "x"), Error);
}

TEST(ContextNetwork, ObservesWhatIsCoded) {
  const NegativePlanes planes;
  const ContextModel observer = model();
  const auto observations = observer.observe(planes.symbols.data(), planes.rows.data(), planes.size, 800);
  // No symbol of these rows is silent or nearly surely zero.
  ASSERT_EQ(observations.size(), planes.symbols.size());
  double bits = 0;
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const auto& o = observations[i];
    ASSERT_EQ(o.symbol, std::max(planes.symbols[i], -2));
    ASSERT_EQ(static_cast<std::size_t>(o.channel), i / 120);
    const auto cost = [](double logit, bool outcome) {
      return std::log2(1 + std::exp((outcome ? -logit : logit) / 256));
    };
    bits += cost(o.logits[0], o.symbol != 0);
    if (o.symbol != 0) bits += cost(o.logits[1], o.symbol < -1) + cost(o.logits[2], true);
  }
  // The rest are decisions of larger magnitudes.
  const double whole = 8.0 * static_cast<double>(encoded(observer, planes).size());
  EXPECT_LT(bits, whole);
  EXPECT_GT(bits, 0.7 * whole);
}

}  // namespace
}  // namespace imgcnn::entropy
