// Colours in the place of others: within the limit, where they save more than they spoil.

#include "imgcnn/rdo/pixel_rdo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "entropy/pixel_samples.h"

namespace imgcnn::rdo {
namespace {

using entropy::Drawing;
using entropy::kCostOne;
using entropy::PixelOption;
using entropy::PixelOptions;
using entropy::PixelTile;

struct Outcome {
  std::size_t bytes;
  int largest = 0;  ///< error of a sample, in sample units
  std::int64_t squares = 0;
};

Outcome outcome_of(const PixelTile& original, double weight, double limit) {
  PixelTile tile = original;
  PixelRdo rdo(tile, weight, limit);
  Outcome outcome{entropy::encode_pixels(tile, &rdo).stream.size()};
  for (std::size_t i = 0; i < tile.samples.size(); ++i) {
    const int error = std::abs(int{tile.samples[i]} - int{original.samples[i]});
    outcome.largest = std::max(outcome.largest, error);
    outcome.squares += std::int64_t{error} * error;
  }
  return outcome;
}

TEST(PixelRdo, KeepsToTheLimit) {
  for (const Drawing drawing : {Drawing::kGradient, Drawing::kPalette, Drawing::kNoise}) {
    for (const int channels : {1, 3}) {
      for (const int bit_depth : {8, 16}) {
        const PixelTile tile = entropy::draw(drawing, 48, 40, channels, bit_depth);
        for (const int limit : {1, 5, 30}) {
          const Outcome outcome = outcome_of(tile, 0.0, limit);  // an error costs nothing
          EXPECT_LE(outcome.largest, limit * (bit_depth == 16 ? 257 : 1));
          EXPECT_GT(outcome.largest, 0);
        }
      }
    }
  }
}

TEST(PixelRdo, AHeavierErrorIsASmallerOne) {
  for (const int channels : {1, 3}) {
    const PixelTile tile = entropy::draw(Drawing::kGradient, 64, 64, channels, 8);
    Outcome before = outcome_of(tile, 0.02, 12.0);
    for (const double weight : {0.1, 0.5, 2.0, 20.0}) {
      const Outcome outcome = outcome_of(tile, weight, 12.0);
      EXPECT_LE(outcome.squares, before.squares) << weight;
      EXPECT_GE(outcome.bytes, before.bytes) << weight;
      before = outcome;
    }
  }
}

TEST(PixelRdo, KeepsAColourOfManyPixels) {
  // A dark pixel comes first; to take its colour for the ground would save a new one.
  PixelTile tile{
      40, 20, 1, 8, std::vector<std::uint8_t>(6, 1), std::vector<std::uint16_t>(800, 100)};
  tile.samples[0] = 94;
  PixelTile few = tile;
  std::fill(few.samples.begin() + 200, few.samples.end(), 30);  // a strip of 200 is no ground
  for (PixelTile* of : {&tile, &few}) {
    PixelRdo rdo(*of, 0.0, 8.0);
    (void)entropy::encode_pixels(*of, &rdo);
  }
  EXPECT_EQ(std::count(tile.samples.begin(), tile.samples.end(), 100), 799);
  EXPECT_EQ(std::count(few.samples.begin(), few.samples.end(), 100), 0);
  EXPECT_EQ(std::count(few.samples.begin(), few.samples.end(), 30), 600);
}

TEST(PixelRdo, AHugeWeightKeepsThePicture) {
  for (const Drawing drawing : entropy::kDrawings) {
    PixelTile tile = entropy::draw(drawing, 40, 30, 3, 8);
    const Outcome outcome = outcome_of(tile, 1e6, 20.0);
    EXPECT_EQ(outcome.squares, 0);
    EXPECT_EQ(outcome.bytes, entropy::encode_pixels(tile).stream.size());
  }
}

/// A tile of which nothing is coded.
PixelTile empty_tile(int channels, int bit_depth) {
  return {1, 1, channels, bit_depth, {0}, std::vector<std::uint16_t>(3)};
}

/// What is chosen for a colour that costs 10 bits among two that cost 6 and 2.
std::uint16_t chosen(double weight, double limit) {
  const std::uint16_t own = 100, near = 102, far = 110;
  const std::vector<PixelOption> others = {{&far, 2 * kCostOne}, {&near, 6 * kCostOne}};
  PixelRdo rdo(empty_tile(1, 8), weight, limit);
  return *rdo.choose({{&own, 10 * kCostOne}, false, others.data(), others.size(), 0});
}

TEST(PixelRdo, WeighsBitsAgainstErrors) {
  EXPECT_EQ(chosen(0.0, 20.0), 110);
  EXPECT_EQ(chosen(0.04, 20.0), 110);  // 2 + 4 bits against 6 + 0.16
  EXPECT_EQ(chosen(0.05, 20.0), 102);  // 2 + 5 bits against 6 + 0.2
  EXPECT_EQ(chosen(0.99, 20.0), 102);  // 6 + 3.96 bits against 10
  EXPECT_EQ(chosen(1.01, 20.0), 100);
  EXPECT_EQ(chosen(0.0, 9.0), 102);
  EXPECT_EQ(chosen(0.0, 1.0), 100);
}

/// Choices among nothing but new colours, of which one that appeared before costs 8 bits and a new
/// one 18.
class NewColours {
 public:
  explicit NewColours(double weight, int bit_depth = 8)
      : rdo_(empty_tile(3, bit_depth), weight, 6.0) {}

  std::vector<std::uint16_t> choose(const std::vector<std::uint16_t>& own) {
    const std::uint16_t* const found =
        rdo_.choose({{own.data(), 18 * kCostOne}, true, nullptr, 0, 8 * kCostOne});
    return {found, found + 3};
  }

 private:
  PixelRdo rdo_;
};

using Samples = std::vector<std::uint16_t>;

TEST(PixelRdo, TakesTheNearestColourThatAppeared) {
  NewColours colours(0.1);
  const Samples first = {100, 100, 100}, second = {110, 100, 100};
  EXPECT_EQ(colours.choose(first), first);
  EXPECT_EQ(colours.choose(second), second);  // beyond the limit
  EXPECT_EQ(colours.choose({104, 101, 100}), first);
  EXPECT_EQ(colours.choose({106, 100, 102}), second);
  // As far as the limit goes, on either side of any border between cells.
  EXPECT_EQ(colours.choose({94, 94, 106}), first);
  EXPECT_EQ(colours.choose({93, 94, 106}), (Samples{93, 94, 106}));
}

TEST(PixelRdo, TakesNoKnownColourThatCostsMore) {
  NewColours colours(2.0);
  const Samples first = {100, 100, 100};
  EXPECT_EQ(colours.choose(first), first);
  EXPECT_EQ(colours.choose({103, 101, 102}), first);  // 14 / 3 * 2 bits against 10
  EXPECT_EQ(colours.choose({104, 100, 100}), (Samples{104, 100, 100}));  // 16 / 3 * 2
}

TEST(PixelRdo, CountsErrorsOf16BitsInLevelsOf8) {
  NewColours colours(0.1, 16);
  const Samples first = {30000, 30000, 30000};
  EXPECT_EQ(colours.choose(first), first);
  EXPECT_EQ(colours.choose({30000 + 6 * 257, 30000, 30000}), first);
  EXPECT_EQ(colours.choose({30000, 30000 - 6 * 257 - 1, 30000}),
            (Samples{30000, 30000 - 6 * 257 - 1, 30000}));
}

}  // namespace
}  // namespace imgcnn::rdo
