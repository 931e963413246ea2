// Adaptive probabilities and their mixture: limits, rates, and what is worth trusting.

#include "entropy/pixels/decision_mixer.h"

#include <gtest/gtest.h>

#include <random>

namespace imgcnn::entropy {
namespace {

TEST(AdaptiveProbability, BeginsInTheMiddleAndSaysNothing) {
  const AdaptiveProbability odds;
  EXPECT_EQ(odds.one, 32768);
  EXPECT_EQ(odds.logit(LogisticScale::instance()), 0);
}

TEST(AdaptiveProbability, StaysWithinItsLimits) {
  for (const bool bit : {false, true}) {
    AdaptiveProbability odds;
    for (int i = 0; i < 10000; ++i) odds.learn(bit);
    EXPECT_GE(odds.one, bit ? 65436 : 32);  // either value keeps about 1 in 1000
    EXPECT_LE(odds.one, bit ? 65503 : 100);
    EXPECT_EQ(odds.seen, AdaptiveProbability::kMostSeen);
  }
}

TEST(AdaptiveProbability, LearnsFastAtFirst) {
  AdaptiveProbability odds;
  odds.learn(true);
  // 32767 of the way, at a rate of floor(20 * 65536 / 27) = 48545.
  EXPECT_EQ(odds.one, 32768 + (32767 * 48545 >> 16));
  odds.learn(false);  // floor(20 * 65536 / 47) = 27887; a step down is rounded down
  EXPECT_EQ(odds.one, 57039 - (57039 * 27887 + 65535) / 65536);
  int before = 65536;
  for (const std::int64_t rate : AdaptiveProbability::kRates) {
    EXPECT_LT(rate, before);
    before = static_cast<int>(rate);
  }
}

TEST(AdaptiveProbability, FollowsAShare) {
  std::mt19937 random(1);
  AdaptiveProbability odds;
  std::int64_t sum = 0;
  for (int i = 0; i < 20000; ++i) {
    odds.learn(random() % 10 == 0);
    sum += odds.one;
  }
  EXPECT_NEAR(static_cast<double>(sum) / 20000, 6553.6, 500);
}

TEST(AdaptiveProbability, IsTrustedMoreTheMoreItSaw) {
  const LogisticScale& scale = LogisticScale::instance();
  std::int32_t before = 0;
  for (std::uint16_t seen = 1; seen <= 4; ++seen) {
    const AdaptiveProbability odds{60000, seen};
    EXPECT_GT(odds.logit(scale), before);
    before = odds.logit(scale);
  }
  EXPECT_EQ(before, scale.stretch(60000));
  EXPECT_EQ((AdaptiveProbability{60000, 50}).logit(scale), before);
}

TEST(DecisionMixer, KnowsNothingAtFirst) {
  DecisionMixer<3> mixer(2);
  mixer.select({1, 2, 3}, 1);
  EXPECT_EQ(mixer.probability(), 32768);
}

TEST(DecisionMixer, BelievesTheContextThatTells) {
  std::mt19937 random(1);
  DecisionMixer<3> mixer(1);
  int wrong = 0;
  for (int i = 0; i < 3000; ++i) {
    const bool bit = random() % 2 == 0;
    // The second context knows; the others are noise, and always the same.
    mixer.select({static_cast<std::uint32_t>(random() % 64), bit ? 1000U : 2000U, 7}, 0);
    if (i >= 1000 && (mixer.probability() > 32768) != bit) ++wrong;
    if (i >= 2000) {
      EXPECT_GT(bit ? mixer.probability() : 65536 - mixer.probability(), 65000) << i;
    }
    mixer.learn(bit);
  }
  EXPECT_EQ(wrong, 0);
}

TEST(DecisionMixer, LearnsThatAContextLies) {
  // What a context says is right in one set of weights and wrong in the other.
  std::mt19937 random(1);
  DecisionMixer<1> mixer(2);
  for (int i = 0; i < 200; ++i) {
    mixer.select({5}, 0);
    mixer.learn(true);
  }
  mixer.select({5}, 1);
  const std::int32_t fresh = mixer.probability();
  EXPECT_GT(fresh, 40000);  // contexts are shared by sets, weights are not
  mixer.select({5}, 0);
  EXPECT_GT(mixer.probability(), fresh);
}

TEST(DecisionMixer, ContextsCountModuloTheirSlots) {
  DecisionMixer<1> mixer(1);
  for (int i = 0; i < 100; ++i) {
    mixer.select({9}, 0);
    mixer.learn(true);
  }
  const auto probability_at = [&](std::uint32_t context) {
    mixer.select({context}, 0);
    return mixer.probability();
  };
  EXPECT_EQ(probability_at(9 + kContextSlots), probability_at(9));
  EXPECT_EQ(probability_at(10), 32768);
}

TEST(DecisionMixer, ProbabilitiesLeaveRoomForEitherValue) {
  for (const bool bit : {false, true}) {
    DecisionMixer<7> mixer(1);
    for (int i = 0; i < 20000; ++i) {
      mixer.select({1, 2, 3, 4, 5, 6, 7}, 0);
      ASSERT_GE(mixer.probability(), kLeastProbability);
      ASSERT_LE(mixer.probability(), 65536 - kLeastProbability);
      mixer.learn(bit);
    }
    EXPECT_EQ(mixer.probability(), bit ? 65536 - kLeastProbability : kLeastProbability);
  }
}

}  // namespace
}  // namespace imgcnn::entropy
