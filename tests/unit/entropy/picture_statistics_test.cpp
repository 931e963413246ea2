// What adapts to a picture against sums that are kept in the plainest way.

#include "entropy/context/picture_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "plain_logarithms.h"

namespace imgcnn::entropy {
namespace {

constexpr double kOne = 65536;

/// A sum that forgets 2^-memory of itself with every channel, rounded as integers are.
void age(double& sum, double now, int memory) { sum += now - std::floor(std::ldexp(sum, -memory)); }

int plain_ratio(double a, double b, double prior) {
  return plain_log2(a + prior * kOne, 16) - plain_log2(b + prior * kOne, 16);
}

/// One symbol of a channel and the level that contexts see of it.
struct Coded {
  std::int32_t symbol = 0, level = 0;
  IndexStatistics by;
};

class PlainStatistics {
 public:
  explicit PlainStatistics(PlaneSize size)
      : size_(size),
        observed_(static_cast<std::size_t>(size.height * size.width)),
        expected_(observed_.size()) {}

  void add_channel(const std::vector<Coded>& coded, const std::vector<std::int32_t>& expected) {
    std::array<Counts, 24> now{};
    for (std::size_t i = 0; i < coded.size(); ++i) {
      age(observed_[i], std::min(std::abs(coded[i].level), 64) * kOne, 4);
      age(expected_[i], expected[i], 4);
      Counts& of = now[static_cast<std::size_t>(coded[i].by.level / 4)];
      of.expected_gt0 += coded[i].by.gt0;
      if (coded[i].symbol != 0) of.gt0 += kOne, of.expected_gt1 += coded[i].by.gt1;
      if (std::abs(coded[i].symbol) > 1) of.gt1 += kOne;
    }
    for (std::size_t k = 0; k < now.size(); ++k) {
      age(counts_[k].gt0, now[k].gt0, 5);
      age(counts_[k].expected_gt0, now[k].expected_gt0, 5);
      age(counts_[k].gt1, now[k].gt1, 5);
      age(counts_[k].expected_gt1, now[k].expected_gt1, 5);
    }
  }

  [[nodiscard]] int observed(int y, int x) const { return around(observed_, y, x); }
  [[nodiscard]] int expected(int y, int x) const { return around(expected_, y, x); }
  [[nodiscard]] int gt0_ratio(int level) const {
    const Counts& of = counts_[static_cast<std::size_t>(level / 4)];
    return std::clamp(plain_ratio(of.gt0, of.expected_gt0, 8), -127, 127);
  }
  [[nodiscard]] int gt1_ratio(int level) const {
    const Counts& of = counts_[static_cast<std::size_t>(level / 4)];
    return std::clamp(plain_ratio(of.gt1, of.expected_gt1, 8), -127, 127);
  }

 private:
  struct Counts {
    double gt0 = 0, expected_gt0 = 0, gt1 = 0, expected_gt1 = 0;
  };

  [[nodiscard]] int around(const std::vector<double>& sums, int y, int x) const {
    const auto at = [&](int row, int column) {
      const bool inside = row >= 0 && row < size_.height && column >= 0 && column < size_.width;
      return inside ? sums[static_cast<std::size_t>(row * size_.width + column)] : 0;
    };
    return plain_quarter_octaves(4 * at(y, x) + at(y - 1, x) + at(y + 1, x) + at(y, x - 1) +
                                 at(y, x + 1) + 2 * kOne) -
           68;
  }

  PlaneSize size_;
  std::vector<double> observed_, expected_;
  std::array<Counts, 24> counts_{};
};

/// Some distribution's statistics, as far as pictures are compared with them.
IndexStatistics draw_statistics(std::mt19937& random) {
  IndexStatistics of;
  of.level = static_cast<std::int32_t>(random() % 96);
  of.gt0 = static_cast<std::uint32_t>(random() % 65536);
  of.gt1 = static_cast<std::uint32_t>(random() % 65536);
  of.magnitude = static_cast<std::int32_t>(random() % (64U << 16));
  return of;
}

TEST(PictureStatistics, AreThePlainSums) {
  std::mt19937 random(3);
  for (const PlaneSize size :
       {PlaneSize{1, 1}, PlaneSize{1, 5}, PlaneSize{4, 1}, PlaneSize{5, 7}}) {
    PictureStatistics statistics(size);
    PlainStatistics plain(size);
    for (int channel = 0; channel < 60; ++channel) {
      std::vector<Coded> coded(static_cast<std::size_t>(size.height * size.width));
      std::vector<std::int32_t> expected;
      double sum = 0, expected_sum = 0;
      const unsigned most = channel < 20 ? 200 : 3;  // levels fade: sums must too
      for (std::size_t i = 0; i < coded.size(); ++i) {
        Coded& of = coded[i];
        of.by = draw_statistics(random);
        of.symbol =
            static_cast<std::int32_t>(random() % (2 * most + 1)) - static_cast<std::int32_t>(most);
        of.level = 2 * of.symbol;
        expected.push_back(of.by.magnitude);
        ASSERT_EQ(statistics.plane_ratio(static_cast<std::uint64_t>(expected_sum)),
                  plain_ratio(sum, expected_sum, 4));
        statistics.count(of.symbol, of.by);
        if (of.symbol != 0) statistics.add_level(static_cast<std::uint32_t>(i), of.level);
        sum += std::min(std::abs(of.level), 64) * kOne;
        expected_sum += of.by.magnitude;
      }
      ASSERT_EQ(statistics.plane_ratio(static_cast<std::uint64_t>(expected_sum)),
                plain_ratio(sum, expected_sum, 4));
      statistics.finish_channel(expected);
      plain.add_channel(coded, expected);
      for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
          const LocalEnergy energy = statistics.around(SymbolHistory(1, size).offset(y, x));
          ASSERT_EQ(energy.observed, plain.observed(y, x)) << channel << ' ' << y << ' ' << x;
          ASSERT_EQ(energy.expected, plain.expected(y, x)) << channel << ' ' << y << ' ' << x;
        }
      }
      for (int level = 0; level < 96; ++level) {
        ASSERT_EQ(statistics.gt0_ratio(level), plain.gt0_ratio(level)) << channel << ' ' << level;
        ASSERT_EQ(statistics.gt1_ratio(level), plain.gt1_ratio(level)) << channel << ' ' << level;
      }
    }
  }
}

TEST(PictureStatistics, KnowNothingBeforeTheFirstChannelEnds) {
  constexpr PlaneSize kSize{3, 3};
  PictureStatistics statistics(kSize);
  const SymbolHistory history(1, kSize);
  const auto around = [&](int y, int x) { return statistics.around(history.offset(y, x)); };
  const LocalEnergy nothing = around(1, 1);
  EXPECT_EQ(nothing.observed, nothing.expected);
  IndexStatistics by;
  by.gt0 = 100;
  by.level = 40;
  for (int i = 0; i < 100; ++i) statistics.count(2, by);
  statistics.add_level(4, 5);
  EXPECT_EQ(around(1, 1).observed, nothing.observed);
  EXPECT_EQ(statistics.gt0_ratio(40), 0);
  EXPECT_EQ(statistics.gt1_ratio(40), 0);
  EXPECT_GT(statistics.plane_ratio(0), 0);
  statistics.finish_channel(std::vector<std::int32_t>(9));
  EXPECT_GT(around(1, 1).observed, nothing.observed);
  EXPECT_GT(around(0, 1).observed, nothing.observed);
  EXPECT_EQ(around(0, 0).observed, nothing.observed);  // not beside it
  EXPECT_EQ(around(1, 1).expected, nothing.expected);
  EXPECT_GT(statistics.gt0_ratio(43), 0);  // of the same class as 40
  EXPECT_EQ(statistics.gt0_ratio(44), 0);
  EXPECT_EQ(statistics.plane_ratio(0), 0);
}

}  // namespace
}  // namespace imgcnn::entropy
