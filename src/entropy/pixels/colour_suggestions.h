#pragma once
// The colours that the surroundings of a pixel suggest, best first.
// Specification: FORMAT.md, section 1.9, step 2.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "surroundings.h"

namespace imgcnn::entropy {

/// What followed the same surroundings before: for each hash of them the colour that mostly does,
/// and the one before it.
class ColourMemory {
 public:
  struct Entry {
    std::uint32_t first = 0, second = 0;  ///< numbers of colours
    std::uint32_t trust = 0;              ///< how often `first` was right, up to 15
  };

  ColourMemory() : entries_(kEntries) {}

  [[nodiscard]] const Entry& at(std::uint32_t hash) const { return entries_[hash % kEntries]; }
  void learn(std::uint32_t hash, std::uint32_t colour);

 private:
  static constexpr std::uint32_t kEntries = std::uint32_t{1} << 16;
  static constexpr std::uint32_t kMostTrust = 15, kKeptTrust = 4;

  std::vector<Entry> entries_;
};

inline void ColourMemory::learn(std::uint32_t hash, std::uint32_t colour) {
  Entry& entry = entries_[hash % kEntries];
  if (entry.first == colour) {
    entry.trust = std::min(entry.trust + 1, kMostTrust);
  } else if (entry.second == colour) {
    std::swap(entry.first, entry.second);
    entry.trust = 0;
  } else if (entry.trust >= kKeptTrust) {
    entry.trust /= 2;
    entry.second = colour;
  } else {
    entry = {colour, entry.first, 0};
  }
}

/// Ten suggestions, of which some are none (0) or the same.
struct Suggestions {
  static constexpr std::size_t kCount = 10;
  static constexpr std::uint32_t kMostTrust = 7;
  std::array<std::uint32_t, kCount> colours;
  /// Of the first three, 0 where there is none, else 1 + trust, up to kMostTrust.
  std::array<std::uint32_t, 3> trusts;

  [[nodiscard]] bool include(std::uint32_t colour) const {
    return std::find(colours.begin(), colours.end(), colour) != colours.end();
  }
};

/// One suggestion after the other, each colour once, but for one that was refused before.
class SuggestionRounds {
 public:
  SuggestionRounds(const Suggestions& of, std::uint32_t refused) : of_(of), refused_(refused) {}

  /// Goes to the next; false where there is none.
  bool next() {
    for (++index_; index_ < static_cast<int>(Suggestions::kCount); ++index_) {
      colour_ = of_.colours[static_cast<std::size_t>(index_)];
      const std::uint32_t bit = std::uint32_t{1} << index_;
      if (colour_ == 0 || colour_ == refused_ || (taken_ & bit) != 0) continue;
      votes_ = 0;
      for (std::size_t j = 0; j < Suggestions::kCount; ++j)
        votes_ |= static_cast<std::uint32_t>(of_.colours[j] == colour_) << j;
      taken_ |= votes_;
      ++round_;
      return true;
    }
    return false;
  }

  [[nodiscard]] std::uint32_t colour() const { return colour_; }
  /// Counted from 0; 2^32 - 1 where there was none.
  [[nodiscard]] std::uint32_t round() const { return static_cast<std::uint32_t>(round_); }
  /// Bit j: suggestion j is this colour.
  [[nodiscard]] std::uint32_t votes() const { return votes_; }

 private:
  const Suggestions& of_;
  std::uint32_t refused_;
  int index_ = -1, round_ = -1;
  std::uint32_t colour_ = 0, votes_ = 0, taken_ = 0;
};

}  // namespace imgcnn::entropy
