// The order of coding: every position once, and neighbours before those that see them.

#include "imgcnn/entropy/coding_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace imgcnn::entropy {
namespace {

constexpr PlaneSize kSizes[] = {{1, 1}, {1, 2}, {1, 9}, {2, 1}, {9, 1},  {2, 2},
                                {2, 7}, {7, 2}, {5, 3}, {3, 5}, {16, 31}};

/// The front of each position, [height][width].
std::vector<std::size_t> fronts_of(const CodingOrder& order) {
  std::vector<std::size_t> fronts(order.positions());
  for (std::size_t front = 0; front < order.fronts(); ++front) {
    for (std::size_t i = order.front_start(front); i < order.front_start(front + 1); ++i)
      fronts[order.raster(i)] = front;
  }
  return fronts;
}

TEST(CodingOrder, FollowsTheFronts) {
  const CodingOrder order({3, 4});
  std::vector<std::uint32_t> found;
  for (std::size_t i = 0; i < order.positions(); ++i) found.push_back(order.raster(i));
  EXPECT_EQ(found, (std::vector<std::uint32_t>{0, 1, 2, 4, 3, 5, 6, 8, 7, 9, 10, 11}));
  EXPECT_EQ(order.fronts(), 8U);
  EXPECT_EQ(order.front_start(2), 2U);
  EXPECT_EQ(order.front_start(3), 4U);
}

TEST(CodingOrder, HasEveryPositionOnce) {
  for (const PlaneSize size : kSizes) {
    const CodingOrder order(size);
    const auto positions = static_cast<std::size_t>(size.height * size.width);
    ASSERT_EQ(order.size().height, size.height);
    ASSERT_EQ(order.size().width, size.width);
    ASSERT_EQ(order.positions(), positions);
    std::vector<std::uint32_t> found, all(positions);
    for (std::size_t i = 0; i < positions; ++i) found.push_back(order.raster(i));
    std::sort(found.begin(), found.end());
    std::iota(all.begin(), all.end(), 0U);
    EXPECT_EQ(found, all) << size.height << 'x' << size.width;
  }
}

TEST(CodingOrder, FrontsFollowOneAnotherWithoutGaps) {
  for (const PlaneSize size : kSizes) {
    const CodingOrder order(size);
    ASSERT_EQ(order.front_start(0), 0U);
    ASSERT_EQ(order.front_start(order.fronts()), order.positions());
    for (std::size_t front = 0; front < order.fronts(); ++front) {
      ASSERT_LE(order.front_start(front), order.front_start(front + 1));
      for (std::size_t i = order.front_start(front); i < order.front_start(front + 1); ++i) {
        const auto at = static_cast<int>(order.raster(i));
        EXPECT_EQ(static_cast<std::size_t>(at % size.width + 2 * (at / size.width)), front);
        EXPECT_TRUE(i == order.front_start(front) || order.raster(i) > order.raster(i - 1));
      }
    }
  }
}

TEST(CodingOrder, NeighboursLieInEarlierFronts) {
  struct Step {
    int dy, dx;
  };
  constexpr Step kSteps[] = {{0, -1}, {-1, 0}, {-1, -1}, {-1, 1}};
  for (const PlaneSize size : kSizes) {
    const auto fronts = fronts_of(CodingOrder(size));
    const auto front = [&](int y, int x) {
      return fronts[static_cast<std::size_t>(y * size.width + x)];
    };
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        for (const auto& [dy, dx] : kSteps) {
          if (y + dy < 0 || x + dx < 0 || x + dx >= size.width) continue;
          EXPECT_LT(front(y + dy, x + dx), front(y, x)) << y << ' ' << x << ' ' << dy << ' ' << dx;
        }
      }
    }
  }
}

TEST(CodingOrder, GoesThroughPlaneAfterPlane) {
  const CodingOrder order({2, 4});
  std::vector<std::size_t> found;
  order.for_each(16, [&](std::size_t i) { found.push_back(i); });
  EXPECT_EQ(found,
            (std::vector<std::size_t>{0, 1, 2, 4, 3, 5, 6, 7, 8, 9, 10, 12, 11, 13, 14, 15}));
}

}  // namespace
}  // namespace imgcnn::entropy
