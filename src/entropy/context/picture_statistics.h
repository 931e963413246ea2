#pragma once
// How the levels of a picture compare with what their distributions expected, from the channels
// decoded so far: all that adapts to a picture. Logarithms are in sixteenths of an octave, unless
// said otherwise.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "imgcnn/entropy/plane_size.h"
#include "index_statistics.h"
#include "symbol_history.h"

namespace imgcnn::entropy {

/// Mean magnitudes around a position in the channels before, quarter octaves: decoded, and as
/// expected.
struct LocalEnergy {
  int observed = 0, expected = 0;
};

class PictureStatistics {
 public:
  explicit PictureStatistics(PlaneSize size);

  /// Energies of a position, by its offset in the history, and its four neighbours.
  [[nodiscard]] LocalEnergy around(std::ptrdiff_t offset) const;
  /// How many more symbols than expected were not zero, and, of these, how many were larger than
  /// one, among symbols of about this level (see IndexStatistics).
  [[nodiscard]] int gt0_ratio(int level) const { return gt0_ratios_[class_of(level)]; }
  [[nodiscard]] int gt1_ratio(int level) const { return gt1_ratios_[class_of(level)]; }
  /// How much larger than expected the levels of the channel are that is being coded, those added
  /// so far. expected: the sum of what was expected of these, units of 2^-16.
  [[nodiscard]] int plane_ratio(std::uint64_t expected) const;

  /// Adds the level that contexts see of a symbol of the channel that is being coded; zeros need
  /// not be added.
  void add_level(std::uint32_t raster, std::int32_t level) {
    const std::int32_t magnitude = std::min(std::abs(level), kMagnitudeLimit) << 16;
    channel_observed_[raster] = magnitude;
    plane_observed_ += static_cast<std::uint64_t>(magnitude);
  }
  /// Counts a symbol that the network predicted, by the statistics of the index that coded it.
  void count(std::int32_t symbol, const IndexStatistics& coded_by) {
    Counts& counts = channel_counts_[class_of(coded_by.level)];
    counts.expected_gt0 += coded_by.gt0;
    if (symbol == 0) return;
    counts.gt0 += std::uint64_t{1} << 16;
    counts.expected_gt1 += coded_by.gt1;
    if (std::abs(symbol) > 1) counts.gt1 += std::uint64_t{1} << 16;
  }
  /// Ends the channel: from here on `around`, `gt0_ratio` and `gt1_ratio` count it too. expected
  /// [height][width]: what was expected of its levels, units of 2^-16.
  void finish_channel(const std::vector<std::int32_t>& expected);

 private:
  static constexpr std::size_t kClasses = 24;
  struct Counts {
    std::uint64_t gt0 = 0, expected_gt0 = 0, gt1 = 0, expected_gt1 = 0;  ///< units of 2^-16
  };
  static std::size_t class_of(int level) { return static_cast<std::size_t>(level) / 4; }

  PlaneSize size_;
  std::ptrdiff_t stride_;
  /// Laid out as a plane of the history, zeros around: sums over channels, the one before counting
  /// 1, each earlier one 15/16 of its follower; units of 2^-16.
  std::vector<std::int32_t> observed_, expected_;
  /// [height][width] of the channel that is being coded.
  std::vector<std::int32_t> channel_observed_;
  std::uint64_t plane_observed_ = 0;  ///< their sum
  std::array<Counts, kClasses> counts_{}, channel_counts_{};
  std::array<std::int8_t, kClasses> gt0_ratios_{}, gt1_ratios_{};
};

}  // namespace imgcnn::entropy
