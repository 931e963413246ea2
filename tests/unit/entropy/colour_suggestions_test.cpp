// What followed the same surroundings, and the order in which colours are asked for.

#include "entropy/pixels/colour_suggestions.h"

#include <gtest/gtest.h>

#include <vector>

namespace imgcnn::entropy {
namespace {

void expect_entry(const ColourMemory& memory, std::uint32_t first, std::uint32_t second,
                  std::uint32_t trust) {
  const ColourMemory::Entry& entry = memory.at(5);
  EXPECT_EQ(entry.first, first);
  EXPECT_EQ(entry.second, second);
  EXPECT_EQ(entry.trust, trust);
}

TEST(ColourMemory, TrustsWhatComesAgain) {
  ColourMemory memory;
  expect_entry(memory, 0, 0, 0);
  memory.learn(5, 7);
  expect_entry(memory, 7, 0, 0);
  for (int i = 0; i < 3; ++i) memory.learn(5, 7);
  expect_entry(memory, 7, 0, 3);
  for (int i = 0; i < 30; ++i) memory.learn(5, 7);
  expect_entry(memory, 7, 0, 15);
}

TEST(ColourMemory, GivesUpWhatIsLittleTrusted) {
  ColourMemory memory;
  memory.learn(5, 7);
  memory.learn(5, 8);
  expect_entry(memory, 8, 7, 0);
  memory.learn(5, 9);
  expect_entry(memory, 9, 8, 0);
  memory.learn(5, 8);  // the second one comes again: it is the first
  expect_entry(memory, 8, 9, 0);
}

TEST(ColourMemory, KeepsWhatIsTrusted) {
  ColourMemory memory;
  for (int i = 0; i < 6; ++i) memory.learn(5, 7);
  expect_entry(memory, 7, 0, 5);
  memory.learn(5, 8);
  expect_entry(memory, 7, 8, 2);
  memory.learn(5, 9);  // trusted less than 4 times by now
  expect_entry(memory, 9, 7, 0);
}

TEST(ColourMemory, HashesShareAnEntryWhenTheirLow16BitsAgree) {
  ColourMemory memory;
  memory.learn(5 + (3U << 16), 7);
  expect_entry(memory, 7, 0, 0);
  EXPECT_EQ(memory.at(6).first, 0U);
}

struct Round {
  std::uint32_t colour, round, votes;
};

std::vector<Round> rounds_of(const Suggestions& suggestions, std::uint32_t refused) {
  std::vector<Round> found;
  SuggestionRounds rounds(suggestions, refused);
  while (rounds.next()) found.push_back({rounds.colour(), rounds.round(), rounds.votes()});
  return found;
}

TEST(SuggestionRounds, AskForEachColourOnce) {
  const Suggestions suggestions{{4, 0, 9, 4, 2, 9, 9, 0, 2, 6}, {}};
  const auto rounds = rounds_of(suggestions, 0);
  ASSERT_EQ(rounds.size(), 4U);
  const std::vector<std::uint32_t> colours = {4, 9, 2, 6}, votes = {9, 100, 272, 512};
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    EXPECT_EQ(rounds[i].colour, colours[i]);
    EXPECT_EQ(rounds[i].round, i);
    EXPECT_EQ(rounds[i].votes, votes[i]);
  }
  EXPECT_TRUE(suggestions.include(6));
  EXPECT_FALSE(suggestions.include(5));
}

TEST(SuggestionRounds, LeaveOutWhatWasRefused) {
  const Suggestions suggestions{{4, 0, 9, 4, 2, 9, 9, 0, 2, 6}, {}};
  const auto rounds = rounds_of(suggestions, 4);
  ASSERT_EQ(rounds.size(), 3U);
  EXPECT_EQ(rounds[0].colour, 9U);
  EXPECT_EQ(rounds[0].round, 0U);
  EXPECT_TRUE(rounds_of({}, 0).empty());
}

}  // namespace
}  // namespace imgcnn::entropy
