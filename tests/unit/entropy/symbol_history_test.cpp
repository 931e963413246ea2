// Levels and rings as contexts see them against levels kept as they are.

#include "entropy/context/symbol_history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "plain_logarithms.h"

namespace imgcnn::entropy {
namespace {

/// Levels of all channels, zero wherever there is none.
class PlainHistory {
 public:
  PlainHistory(int channels, PlaneSize size)
      : size_(size), levels_(static_cast<std::size_t>(channels * size.height * size.width)) {}

  [[nodiscard]] std::int32_t& at(int c, int y, int x) {
    return levels_[static_cast<std::size_t>((c * size_.height + y) * size_.width + x)];
  }
  [[nodiscard]] int magnitude(int c, int y, int x) {
    if (y < 0 || y >= size_.height || x < 0 || x >= size_.width) return 0;
    return std::min(std::abs(at(c, y, x)), 127);
  }
  [[nodiscard]] int ring(int c, int y, int x) {
    int sum = -magnitude(c, y, x);
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) sum += magnitude(c, y + dy, x + dx);
    }
    return plain_quarter_octaves(1 + sum);
  }
  [[nodiscard]] int octaves(int c, int y, int x) {
    const int octaves = plain_quarter_octaves(1 + magnitude(c, y, x));
    return octaves != 0 && at(c, y, x) < 0 ? -octaves : octaves;
  }

 private:
  PlaneSize size_;
  std::vector<std::int32_t> levels_;
};

/// Any level: mostly small, at times beyond what counts.
std::int32_t draw_level(std::mt19937& random) {
  constexpr std::int32_t kLarge[] = {126, 127, 128, 2 * kMaxSymbol, -127, -128, -2 * kMaxSymbol};
  return random() % 4 == 0 ? kLarge[random() % 7] : static_cast<std::int32_t>(random() % 7) - 3;
}

TEST(SymbolHistory, SignedOctavesKeepTheSignAndEnd) {
  EXPECT_EQ(signed_octaves(0), 0);
  EXPECT_EQ(signed_octaves(1), 4);
  EXPECT_EQ(signed_octaves(-1), -4);
  EXPECT_EQ(signed_octaves(2), 6);
  EXPECT_EQ(signed_octaves(127), 28);
  EXPECT_EQ(signed_octaves(-128), -28);
  EXPECT_EQ(signed_octaves(2 * kMaxSymbol), 28);
  for (std::int32_t level = -127; level <= 127; ++level) {
    EXPECT_EQ(std::abs(signed_octaves(level)), plain_quarter_octaves(1 + std::abs(level)));
    EXPECT_EQ(signed_octaves(level), -signed_octaves(-level));
  }
}

TEST(SymbolHistory, KeepsLevelsWithinMarginsOfZeros) {
  std::mt19937 random(1);
  for (const PlaneSize size :
       {PlaneSize{1, 1}, PlaneSize{1, 6}, PlaneSize{5, 1}, PlaneSize{4, 7}}) {
    constexpr int kChannels = 3, kMargin = SymbolHistory::kMargin;
    SymbolHistory history(kChannels, size);
    PlainHistory plain(kChannels, size);
    ASSERT_EQ(history.offset(1, 0) - history.offset(0, 0), history.stride());
    for (int c = 0; c < kChannels; ++c) {
      for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x)
          history.set(history.offset(y, x), plain.at(c, y, x) = draw_level(random));
      }
      history.finish_channel();
    }
    for (int c = 0; c <= kChannels; ++c) {
      ASSERT_EQ(history.levels(c) - history.levels(0), c * history.plane());
      for (int y = -kMargin; y < size.height + kMargin; ++y) {
        for (int x = -kMargin; x < size.width + kMargin; ++x) {
          const bool inside =
              c < kChannels && y >= 0 && y < size.height && x >= 0 && x < size.width;
          ASSERT_EQ(history.levels(c)[history.offset(y, x)], inside ? plain.octaves(c, y, x) : 0)
              << c << ' ' << y << ' ' << x;
          ASSERT_EQ(history.values(c)[history.offset(y, x)],
                    inside ? std::clamp(plain.at(c, y, x), -kMostValue, kMostValue) : 0)
              << c << ' ' << y << ' ' << x;
        }
      }
    }
  }
}

TEST(SymbolHistory, RingsAreSumsOfTheEightAround) {
  std::mt19937 random(2);
  for (const PlaneSize size :
       {PlaneSize{1, 1}, PlaneSize{1, 6}, PlaneSize{5, 1}, PlaneSize{4, 7}}) {
    constexpr int kChannels = 4, kSilent = 2;  // one channel has no levels
    SymbolHistory history(kChannels, size);
    PlainHistory plain(kChannels, size);
    for (int c = 0; c < kChannels; ++c) {
      for (int y = 0; y < size.height && c != kSilent; ++y) {
        for (int x = 0; x < size.width; ++x)
          history.set(history.offset(y, x), plain.at(c, y, x) = draw_level(random));
      }
      history.finish_channel();
    }
    for (int y = -1; y <= size.height; ++y) {
      for (int x = -1; x <= size.width; ++x) {
        for (int c = 0; c < kChannels; ++c)
          ASSERT_EQ(history.rings(c)[history.offset(y, x)], plain.ring(c, y, x))
              << c << ' ' << y << ' ' << x;
        ASSERT_EQ(history.rings(kChannels)[history.offset(y, x)], 0);
      }
    }
  }
}

TEST(SymbolHistory, RingsOfTheLargestLevelsFit) {
  SymbolHistory history(1, {3, 3});
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 3; ++x) history.set(history.offset(y, x), -2 * kMaxSymbol);
  }
  history.finish_channel();
  EXPECT_EQ(history.rings(0)[history.offset(1, 1)], plain_quarter_octaves(1 + 8 * 127));
  EXPECT_EQ(history.rings(0)[history.offset(-1, -1)], plain_quarter_octaves(1 + 127));
}

}  // namespace
}  // namespace imgcnn::entropy
