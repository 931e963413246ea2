// Colours by their bits: those that are known are found, and branches lie where they differ.

#include "entropy/pixels/colour_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace imgcnn::entropy {
namespace {

/// Different colours, many of them near to each other.
std::vector<ColourBits> random_colours(int bits, std::size_t count) {
  std::mt19937_64 random(1);
  const ColourBits mask = (ColourBits{1} << bits) - 1;
  std::vector<ColourBits> colours;
  std::set<ColourBits> seen;
  while (colours.size() < count) {
    const ColourBits colour = (random() % 3 == 0 || colours.empty()
                                   ? random()
                                   : colours[random() % colours.size()] ^
                                         ColourBits{1} << random() % static_cast<unsigned>(bits)) &
                              mask;
    if (seen.insert(colour).second) colours.push_back(colour);
  }
  return colours;
}

TEST(ColourTree, KnowsWhatWasInserted) {
  for (const int bits : {8, 16, 24, 48}) {
    ColourTree tree(bits);
    EXPECT_EQ(tree.find(0), 0U);
    const auto colours = random_colours(bits, 150);
    for (std::size_t i = 0; i < colours.size(); ++i) {
      EXPECT_EQ(tree.find(colours[i]), 0U);
      tree.insert(colours[i]);
      ASSERT_EQ(tree.size(), i + 1);
      for (std::size_t j = 0; j <= i; ++j) {
        ASSERT_EQ(tree.find(colours[j]), j + 1);
        ASSERT_EQ(tree.colour(static_cast<std::uint32_t>(j + 1)), colours[j]);
      }
    }
  }
}

TEST(ColourTree, BitsCountFromTheMostSignificant) {
  const ColourTree tree(24);
  EXPECT_TRUE(tree.bit_of(0x800000, 0));
  EXPECT_TRUE(tree.bit_of(0x000001, 23));
  EXPECT_FALSE(tree.bit_of(0x7FFFFE, 0));
  EXPECT_FALSE(tree.bit_of(0x7FFFFE, 23));
}

TEST(ColourTree, OneColourTakesNoDecision) {
  ColourTree tree(8);
  tree.insert(77);
  EXPECT_EQ(tree.walk([](std::uint32_t, int) {
    ADD_FAILURE();
    return false;
  }),
            1U);
}

// As FORMAT.md says it: a branch lies where colours with the same bits so far differ, and has the
// larger one of the least numbers on both sides for its name.
TEST(ColourTree, BranchesLieWhereColoursDiffer) {
  constexpr int kBits = 16;
  ColourTree tree(kBits);
  const auto colours = random_colours(kBits, 300);
  for (const ColourBits colour : colours) tree.insert(colour);
  for (std::size_t i = 0; i < colours.size(); ++i) {
    std::vector<std::size_t> left(colours.size());
    for (std::size_t j = 0; j < left.size(); ++j) left[j] = j;
    int next = 0;
    const auto go_to = [&](int end) {
      for (; next < end; ++next) {
        for (const std::size_t j : left)
          ASSERT_EQ(tree.bit_of(colours[j], next), tree.bit_of(colours[i], next)) << next;
      }
    };
    const std::uint32_t found = tree.walk([&](std::uint32_t branch, int bit) {
      go_to(bit);
      std::size_t first[2] = {colours.size(), colours.size()};
      for (const std::size_t j : left) {
        auto& least = first[tree.bit_of(colours[j], bit) ? 1 : 0];
        least = std::min(least, j);
      }
      EXPECT_EQ(branch, std::max(first[0], first[1]) + 1);
      const bool way = tree.bit_of(colours[i], bit);
      left.erase(std::remove_if(left.begin(), left.end(),
                                [&](std::size_t j) { return tree.bit_of(colours[j], bit) != way; }),
                 left.end());
      ++next;
      return way;
    });
    go_to(kBits);
    EXPECT_EQ(left, std::vector<std::size_t>{i});
    EXPECT_EQ(found, i + 1);
  }
}

}  // namespace
}  // namespace imgcnn::entropy
