// The choice of references: what explains a channel in every picture in the same way, and in each
// in its own.

#include "train/context/reference_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "entropy/context_samples.h"

namespace imgcnn::train {
namespace {

constexpr int kChannels = 5;
constexpr entropy::PlaneSize kSize = {16, 20};
constexpr std::int32_t kWide = 7;  ///< a CDF that expects symbols of several sizes

codec::PlaneCoding coding() { return {entropy::geometric_table(entropy::kSpreads), {}, kChannels}; }

/// Channel 4 is channel 1, in every other picture with its sign turned, but for some noise; all
/// others are noise.
codec::ExtractedPlanes picture(unsigned seed) {
  std::mt19937 random(seed);
  const auto noise = [&](int most) {
    return static_cast<std::int32_t>(random() % (2 * most + 1)) - most;
  };
  const auto area = static_cast<std::size_t>(kSize.height * kSize.width);
  codec::ExtractedPlanes planes{kSize, {}, std::vector<std::uint16_t>(kChannels * area, kWide)};
  for (std::size_t i = 0; i < (kChannels - 1) * area; ++i) planes.symbols.push_back(noise(6));
  for (std::size_t i = 0; i < area; ++i) {
    const std::int32_t of_one = planes.symbols[area + i];
    planes.symbols.push_back((seed % 2 == 0 ? of_one : -of_one) + noise(1));
  }
  return planes;
}

std::vector<std::int32_t> references_of(const std::vector<std::int32_t>& all, int channel,
                                        bool by_sign) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(channel * entropy::kReferences) +
                     static_cast<std::ptrdiff_t>(by_sign ? 0 : entropy::kSignedReferences);
  return {begin, begin + static_cast<std::ptrdiff_t>(by_sign ? entropy::kSignedReferences
                                                             : entropy::kMagnitudeReferences)};
}

TEST(ReferenceSearch, FindsWhatExplainsEachPictureInAWayOfItsOwn) {
  ReferenceSearch search(coding());
  for (unsigned seed = 0; seed < 10; ++seed) search.add(picture(seed));
  const auto chosen = search.choose();
  ASSERT_EQ(chosen.size(), kChannels * entropy::kReferences);
  constexpr std::int32_t kSamePlaceOfOne = 1 * static_cast<std::int32_t>(entropy::kReferencePlaces);
  EXPECT_EQ(references_of(chosen, 4, true).front(), kSamePlaceOfOne);
  EXPECT_EQ(references_of(chosen, 4, false).front(), kSamePlaceOfOne);
}

TEST(ReferenceSearch, TakesEarlierChannelsAloneAndNoneTwice) {
  ReferenceSearch search(coding());
  for (unsigned seed = 0; seed < 4; ++seed) search.add(picture(seed));
  const auto chosen = search.choose();
  for (int channel = 0; channel < kChannels; ++channel) {
    for (const bool by_sign : {true, false}) {
      auto references = references_of(chosen, channel, by_sign);
      for (const std::int32_t reference : references)
        EXPECT_LT(reference, channel * static_cast<std::int32_t>(entropy::kReferencePlaces));
      references.erase(std::remove(references.begin(), references.end(), entropy::kNoReference),
                       references.end());
      std::sort(references.begin(), references.end());
      EXPECT_EQ(std::adjacent_find(references.begin(), references.end()), references.end());
      if (channel == 0) EXPECT_TRUE(references.empty());
    }
  }
}

TEST(ReferenceSearch, NoiseIsWorthNoSignedReference) {
  ReferenceSearch search(coding());
  for (unsigned seed = 0; seed < 10; ++seed) search.add(picture(seed));
  const auto chosen = search.choose();
  const auto of_noise = references_of(chosen, 3, true);
  // One of fifteen candidates may look like more by chance.
  EXPECT_GE(std::count(of_noise.begin(), of_noise.end(), entropy::kNoReference),
            static_cast<std::ptrdiff_t>(entropy::kSignedReferences) - 1);
}

}  // namespace
}  // namespace imgcnn::train
