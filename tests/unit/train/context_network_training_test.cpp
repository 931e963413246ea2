// Training of the correcting network: it learns what features tell, and rounding it to integers loses little.

#include "train/context_network_training.h"

#include <gtest/gtest.h>

#include <random>

namespace imgcnn::train {
namespace {

constexpr int kChannels = 4;

/// Symbols whose sign is that of the first feature, and which are 0 in odd channels nine times in ten; the rest of the
/// features is noise, and the logits know nothing.
Observations drawn(unsigned seed, int count) {
  std::mt19937 random(seed);
  Observations observations;
  for (int i = 0; i < count; ++i) {
    entropy::ContextObservation o;
    for (auto& f : o.features) f = static_cast<std::int8_t>(static_cast<int>(random() % 41) - 20);
    o.channel = static_cast<std::int16_t>(random() % kChannels);
    const bool zero = random() % 10 < (o.channel % 2 == 1 ? 9U : 2U);
    const int magnitude = 1 + static_cast<int>(random() % 2);
    o.symbol = static_cast<std::int8_t>(zero ? 0 : o.features[0] < 0 ? -magnitude : magnitude);
    observations.push_back(o);
  }
  return observations;
}

entropy::ContextNetwork::Weights taught(const Observations& observations, std::uint64_t seed) {
  ContextNetworkTrainer trainer(kChannels, 32, seed);
  trainer.learn(observations, 0, 1);
  return trainer.weights();
}

TEST(ContextNetworkTraining, LearnsWhatFeaturesAndChannelsTell) {
  const auto weights = taught(drawn(1, 200000), 1);
  const entropy::ContextNetwork network(weights, kChannels, "x");
  const Observations unseen = drawn(2, 5000);
  const ObservedBits bits = observed_bits(unseen, network);
  // Before: a bit for each of 1 + 2 * 0.45 decisions. After: 0.47 and 0.72 bits for zeros, nothing for signs, a bit for
  // sizes.
  EXPECT_NEAR(bits.before / 5000, 1.9, 0.05);
  EXPECT_NEAR(bits.after / 5000, 0.5 * (0.47 + 0.72) + 0.45, 0.06);
}

TEST(ContextNetworkTraining, IsTheSameForTheSameSeed) {
  const Observations observations = drawn(3, 3000);
  const auto one = taught(observations, 5), two = taught(observations, 5);
  EXPECT_EQ(one.first, two.first);
  EXPECT_EQ(one.third_bias, two.third_bias);
  EXPECT_NE(one.first, taught(observations, 6).first);
}

}  // namespace
}  // namespace imgcnn::train
