// Each feature at its place, from levels, indexes and statistics that are kept as they are.

#include "entropy/context/context_features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "context_samples.h"

namespace imgcnn::entropy {
namespace {

constexpr int kChannels = 3, kHeight = 4, kWidth = 5;
constexpr PlaneSize kSize = {kHeight, kWidth};
/// 48 sixteenths below zero, and a little; 80 above it.
constexpr LevelPredictions kPredicted = {-3 * 256 - 15, 5 * 256};

/// Where each kind of feature begins.
constexpr std::size_t kNear = 0, kNearMagnitudes = 6, kSigned = 12,
                      kSignedMagnitudes = kSigned + kSignedReferences,
                      kAround = kSignedMagnitudes + kSignedReferences,
                      kMagnitudes = kAround + 4 * kSurroundedReferences,
                      kRings = kMagnitudes + kMagnitudeReferences,
                      kIndexes = kRings + kMagnitudeReferences, kPrediction = kIndexes + 4,
                      kStatistics = kPrediction + 4;
static_assert(kStatistics + 10 == kContextFeatures);

/// Levels that differ from place to place: small ones, and some beyond what counts.
std::int32_t level_at(int c, int y, int x) {
  const int number = (c * kHeight + y) * kWidth + x;
  return number % 11 == 3 ? 1000 * (number - 30) : number * 7 % 13 - 6;
}

/// CDF indexes over the whole range of 16 bits.
std::uint16_t index_at(int c, int y, int x) {
  constexpr std::uint16_t kSome[] = {0, 20, 33, 65535, 40000, 39990, 7};
  return kSome[(c * 4 + y * kWidth + x * 3) % 7];
}

/// A place of the same position or of a neighbour.
struct Step {
  int dy, dx;
};
constexpr Step kPlaces[kReferencePlaces] = {{0, 0}, {0, 1}, {1, 0}, {0, -1}, {-1, 0}};

/// Three channels of levels, and what ContextFeatures says of a symbol of the last one.
class ContextFeaturesTest : public ::testing::Test {
 protected:
  ContextFeaturesTest()
      : references_(static_cast<std::size_t>(kChannels) * kReferences, kNoReference) {
    // All places of both channels before, twice; none in the middle.
    for (std::size_t i = 0; i < kReferences; ++i) {
      if (i != 3 && i != 7 && i != 15)
        references_[2 * kReferences + i] = static_cast<std::int32_t>(i * 7 % 10);
    }
    for (int c = 0; c < kChannels; ++c) {
      for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
          IndexStatistics by;
          by.level = 40 + c;
          by.gt0 = by.gt1 = 20000;
          history_.set(history_.offset(y, x), level_at(c, y, x));
          statistics_.add_level(static_cast<std::uint32_t>(y * kWidth + x), level_at(c, y, x));
          statistics_.count(level_at(c, y, x), by);
        }
      }
      if (c == kChannels - 1) break;
      history_.finish_channel();
      statistics_.finish_channel(std::vector<std::int32_t>(kHeight * kWidth, 70000));
    }
    own_.level = 41;
    own_.greater = {-900, 300};
  }

  [[nodiscard]] std::vector<std::int8_t> features(int y, int x, int quality16 = 800,
                                                  int plane_ratio = 5) const {
    return features(references_, y, x, quality16, plane_ratio);
  }
  [[nodiscard]] std::vector<std::int8_t> features(const References& references, int y, int x,
                                                  int quality16, int plane_ratio) const {
    ContextFeatures writer(references, history_, statistics_, quality16);
    std::vector<std::uint16_t> indexes;
    for (int row = 0; row < kHeight; ++row) {
      for (int column = 0; column < kWidth; ++column)
        indexes.push_back(index_at(kChannels - 1, row, column));
    }
    writer.begin_channel(kChannels - 1, indexes.data(), kSize);
    std::vector<std::int8_t> result(kContextFeatures + 1, -128);
    writer.write(history_.offset(y, x), kPredicted, plane_ratio, own_, result.data());
    ContextFeatures::add_magnitudes(result.data(), 1);
    EXPECT_EQ(result.back(), -128);
    result.pop_back();
    return result;
  }

  /// Calls use(y, x, features) with every position of the last channel.
  template <class Use>
  void for_each_position(const Use& use) const {
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) use(y, x, features(y, x));
    }
  }

  static int level(int c, int y, int x) {
    const bool inside = y >= 0 && y < kHeight && x >= 0 && x < kWidth;
    return inside ? signed_octaves(level_at(c, y, x)) : 0;
  }
  [[nodiscard]] std::int32_t reference(std::size_t i) const {
    return references_[2 * kReferences + i];
  }
  /// The level that a reference of the last channel refers to.
  [[nodiscard]] int referred(std::size_t i, int y, int x) const {
    if (reference(i) == kNoReference) return 0;
    const Step step = kPlaces[reference(i) % 5];
    return level(reference(i) / 5, y + step.dy, x + step.dx);
  }

  References references_;
  SymbolHistory history_{kChannels, kSize};
  PictureStatistics statistics_{kSize};
  IndexStatistics own_;
};

TEST_F(ContextFeaturesTest, BeginWithNeighboursAndTheirMagnitudes) {
  constexpr Step kNeighbours[] = {{0, -1}, {-1, 0}, {-1, -1}, {-1, 1}, {0, -2}, {-2, 0}};
  for_each_position([&](int y, int x, const auto& found) {
    for (std::size_t j = 0; j < 6; ++j) {
      const int expected = level(2, y + kNeighbours[j].dy, x + kNeighbours[j].dx);
      EXPECT_EQ(found[kNear + j], expected) << y << ' ' << x << ' ' << j;
      EXPECT_EQ(found[kNearMagnitudes + j], std::abs(expected)) << y << ' ' << x << ' ' << j;
    }
  });
}

TEST_F(ContextFeaturesTest, GoOnWithReferencesAndTheirMagnitudes) {
  for_each_position([&](int y, int x, const auto& found) {
    for (std::size_t j = 0; j < kSignedReferences; ++j) {
      EXPECT_EQ(found[kSigned + j], referred(j, y, x)) << y << ' ' << x << ' ' << j;
      EXPECT_EQ(found[kSignedMagnitudes + j], std::abs(referred(j, y, x)))
          << y << ' ' << x << ' ' << j;
    }
    for (std::size_t j = 0; j < kMagnitudeReferences; ++j)
      EXPECT_EQ(found[kMagnitudes + j], std::abs(referred(kSignedReferences + j, y, x)))
          << y << ' ' << x << ' ' << j;
  });
}

TEST_F(ContextFeaturesTest, ShowTheFirstReferencesWithTheirNeighbours) {
  for_each_position([&](int y, int x, const auto& found) {
    for (std::size_t j = 0; j < kSurroundedReferences; ++j) {
      for (std::size_t place = 1; place < kReferencePlaces; ++place) {
        const int expected =
            reference(j) == kNoReference
                ? 0
                : level(reference(j) / 5, y + kPlaces[place].dy, x + kPlaces[place].dx);
        EXPECT_EQ(found[kAround + 4 * j + place - 1], expected)
            << y << ' ' << x << ' ' << j << ' ' << place;
      }
    }
  });
}

TEST_F(ContextFeaturesTest, ShowTheRingsAroundReferences) {
  for_each_position([&](int y, int x, const auto& found) {
    for (std::size_t j = 0; j < kMagnitudeReferences; ++j) {
      const std::int32_t of = reference(kSignedReferences + j);
      const Step step = of == kNoReference ? Step{0, 0} : kPlaces[of % 5];
      const int expected = of == kNoReference
                               ? 0
                               : history_.rings(of / 5)[history_.offset(y + step.dy, x + step.dx)];
      EXPECT_EQ(found[kRings + j], expected) << y << ' ' << x << ' ' << j;
    }
  });
}

TEST_F(ContextFeaturesTest, CompareIndexesWithThoseOfNeighbours) {
  constexpr Step kSides[] = {{0, -1}, {-1, 0}, {0, 1}, {1, 0}};
  for_each_position([&](int y, int x, const auto& found) {
    for (std::size_t j = 0; j < 4; ++j) {
      const int row = std::clamp(y + kSides[j].dy, 0, kHeight - 1),
                column = std::clamp(x + kSides[j].dx, 0, kWidth - 1);
      const int difference = int{index_at(2, row, column)} - int{index_at(2, y, x)};
      EXPECT_EQ(found[kIndexes + j], std::clamp(difference, -32, 32)) << y << ' ' << x << ' ' << j;
    }
  });
}

TEST_F(ContextFeaturesTest, EndWithStatisticsAndTheQuality) {
  for_each_position([&](int y, int x, const auto& found) {
    const LocalEnergy energy = statistics_.around(history_.offset(y, x));
    const std::vector<std::int16_t> end(found.begin() + kStatistics, found.end());
    const int expected[] = {energy.observed,
                            energy.expected,
                            energy.observed - energy.expected,
                            (41 - 48) / 2,
                            -900 / 8,
                            300 / 8,
                            5,
                            statistics_.gt0_ratio(41),
                            statistics_.gt1_ratio(41),
                            0};
    EXPECT_EQ(end, std::vector<std::int16_t>(std::begin(expected), std::end(expected)))
        << y << ' ' << x;
  });
  EXPECT_NE(statistics_.gt0_ratio(41), 0);
  EXPECT_EQ(features(1, 1, 0).back(), -25);
  EXPECT_EQ(features(1, 1, 1600).back(), 25);
}

TEST_F(ContextFeaturesTest, SeeThePredictionBySixteenths) {
  for_each_position([&](int /*y*/, int /*x*/, const auto& found) {
    EXPECT_EQ(found[kPrediction], -22);  // 49 = 2^5 * 1.53
    EXPECT_EQ(found[kPrediction + 1], 22);
    EXPECT_EQ(found[kPrediction + 2], 25);  // 81 = 2^6 * 1.27
    EXPECT_EQ(found[kPrediction + 3], 25);
  });
}

TEST_F(ContextFeaturesTest, StayWithinBounds) {
  own_.greater = {-2815, 2815};
  own_.level = 95;
  for (const int plane_ratio : {-5000, 5000}) {
    for (const std::int8_t feature : features(2, 2, 1600, plane_ratio))
      EXPECT_LE(std::abs(feature), 127);
    EXPECT_EQ(features(2, 2, 1600, plane_ratio)[kStatistics + 6], plane_ratio < 0 ? -127 : 127);
  }
  EXPECT_EQ(features(2, 2)[kStatistics + 4], -127);
  EXPECT_EQ(features(2, 2)[kStatistics + 5], 127);
}

TEST_F(ContextFeaturesTest, SeeNothingWhereThereAreNoReferences) {
  const References none(references_.size(), kNoReference);
  const auto found = features(none, 2, 2, 800, 0);
  for (std::size_t j = kSigned; j < kIndexes; ++j) EXPECT_EQ(found[j], 0) << j;
}

TEST_F(ContextFeaturesTest, AreTheseOfOneSymbol) {
  // Levels 4, 2, -5, -4, -3 around row 1, column 2, nothing two rows above.
  const auto found = features(1, 2);
  const std::vector<std::int16_t> near(found.begin(), found.begin() + kSigned);
  EXPECT_EQ(near, (std::vector<std::int16_t>{9, 6, -10, -9, -8, 0, 9, 6, 10, 9, 8, 0}));
  EXPECT_EQ(found[kSigned], 9);        // reference 0, the same position of channel 0: level 4
  EXPECT_EQ(found[kSigned + 1], -8);   // reference 7, south in channel 1: level -3
  EXPECT_EQ(found[kMagnitudes], 10);   // reference 4, north in channel 0: level -5
  EXPECT_EQ(found[kRings], 28);        // around it 1, -27000, -3, 4 and -2, the large one as 127
  EXPECT_EQ(found[kIndexes], -32);     // 33 - 39990
  EXPECT_EQ(found[kIndexes + 3], 32);  // 65535 - 39990
}

}  // namespace
}  // namespace imgcnn::entropy
