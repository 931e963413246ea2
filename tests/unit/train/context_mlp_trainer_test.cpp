// Training of the context coder's network: it learns what features tell, and what it says in
// integers is what it learned.

#include "train/context/mlp_trainer.h"

#include "entropy/context/mlp_scratch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

namespace imgcnn::train {
namespace {

constexpr int kChannels = 4;

/// Symbols whose sign is that of the first feature, and which are 0 in odd channels nine times in
/// ten; the rest of the features is noise, and the distributions know nothing.
ContextObservations drawn(unsigned seed, int count) {
  std::mt19937 random(seed);
  ContextObservations observations;
  for (int i = 0; i < count; ++i) {
    ContextObservation o;
    for (auto& f : o.features) f = static_cast<std::int8_t>(static_cast<int>(random() % 41) - 20);
    o.channel = static_cast<std::int16_t>(random() % kChannels);
    o.coding_index = static_cast<std::uint16_t>(random() % 2);
    const bool zero = random() % 10 < (o.channel % 2 == 1 ? 9U : 2U);
    const int magnitude = 1 + static_cast<int>(random() % 2);
    o.symbol = static_cast<std::int8_t>(zero ? 0 : o.features[0] < 0 ? -magnitude : magnitude);
    observations.push_back(o);
  }
  return observations;
}

std::vector<ContextMlpTrainer::Index> indexes() { return {{{}, 0}, {{}, 1}}; }
std::vector<std::int32_t> no_references() {
  return std::vector<std::int32_t>(kChannels * entropy::kReferences, entropy::kNoReference);
}

std::vector<std::int32_t> no_predictors() {
  return std::vector<std::int32_t>(kChannels * entropy::kPredictorInputs);
}

/// Bits of the decisions of observations by the integers that coding uses.
double coded_bits(const entropy::ContextMlpWeights& weights,
                  const ContextObservations& observations) {
  const entropy::ContextMlp network(weights, kChannels, "x");
  entropy::ContextMlp::Scratch scratch;
  std::vector<std::int8_t> features(entropy::kFeatureStride);
  std::vector<std::int16_t> corrections(entropy::kCorrectionStride);
  const auto cost = [](double logit, bool outcome) {
    return std::log2(1 + std::exp((outcome ? -logit : logit) / 256));
  };
  double bits = 0;
  for (const auto& o : observations) {
    std::copy(o.features.begin(), o.features.end(), features.begin());
    network.begin_channel(o.channel, scratch);
    network.correct(features.data(), 1, corrections.data(), scratch);
    const std::int16_t* const greater = corrections.data() + 3 * o.coding_index;
    const int magnitude = std::abs(o.symbol);
    for (int k = 0; k <= magnitude; ++k) bits += cost(greater[std::min(k, 2)], magnitude > k);
    if (magnitude > 0) bits += cost(corrections[entropy::kSignCorrection], o.symbol < 0);
  }
  return bits;
}

TEST(ContextMlpTrainer, LearnsWhatFeaturesAndChannelsTell) {
  ContextMlpTrainer trainer(kChannels, 32, indexes(), 1);
  trainer.learn(drawn(1, 200000), 0, 1);
  const auto unseen = drawn(2, 5000);
  const ContextBits bits = trainer.bits(unseen);
  // Before: a bit for each of 1 + 0.45 * (2 + 0.5) decisions. After: 0.47 and 0.72 bits for zeros,
  // nothing for signs and for "more than 2", a bit for "more than 1".
  EXPECT_NEAR(bits.before / 5000, 2.12, 0.05);
  EXPECT_NEAR(bits.after / 5000, 0.5 * (0.47 + 0.72) + 0.45, 0.08);
  EXPECT_NEAR(coded_bits(trainer.weights(no_references(), no_predictors()), unseen) / bits.after, 1,
              0.02);
}

TEST(ContextMlpTrainer, IsTheSameForTheSameSeed) {
  const auto observations = drawn(3, 3000);
  const auto weights = [&](std::uint64_t seed) {
    ContextMlpTrainer trainer(kChannels, 32, indexes(), seed);
    trainer.learn(observations, 0, 1);
    return trainer.weights(no_references(), no_predictors());
  };
  const auto one = weights(5), two = weights(5);
  EXPECT_EQ(one.first, two.first);
  EXPECT_EQ(one.third_bias, two.third_bias);
  EXPECT_NE(one.first, weights(6).first);
}

}  // namespace
}  // namespace imgcnn::train
