#pragma once
// The levels decoded so far, as contexts see them: by their logarithms, with margins of zeros, so
// that neighbours need no tests. One plane after the other.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "imgcnn/entropy/plane_size.h"
#include "integer_log.h"

namespace imgcnn::entropy {

/// Levels beyond count as this.
constexpr std::int32_t kMostLevel = 127;

/// Quarter octaves of 1 + a sum of up to eight magnitudes.
inline constexpr auto kOctaves = [] {
  std::array<std::int8_t, 8 * kMostLevel + 1> table{};
  for (std::size_t v = 0; v < table.size(); ++v)
    table[v] = static_cast<std::int8_t>(quarter_octaves(v + 1));
  return table;
}();

/// Signed quarter octaves of 1 + |level|: 0 for 0, +-4 for +-1, at most +-28.
[[nodiscard]] inline std::int8_t signed_octaves(std::int32_t level) {
  const auto octaves = kOctaves[static_cast<std::size_t>(std::min(std::abs(level), kMostLevel))];
  return static_cast<std::int8_t>(level < 0 ? -octaves : octaves);
}

/// What linear prediction takes levels beyond for.
constexpr std::int32_t kMostValue = 40;

/// Planes of `channels` channels behind one another, and one plane of zeros that stands for what is
/// not there.
class SymbolHistory {
 public:
  /// Zeros around each plane.
  static constexpr int kMargin = 2;

  SymbolHistory(int channels, PlaneSize size);

  [[nodiscard]] int channels() const { return channels_; }
  /// Distance from a row to the next one, and from a plane to the next one.
  [[nodiscard]] std::ptrdiff_t stride() const { return stride_; }
  [[nodiscard]] std::ptrdiff_t plane() const { return plane_; }
  /// Offset of a position in a plane.
  [[nodiscard]] std::ptrdiff_t offset(int y, int x) const {
    return (y + kMargin) * stride_ + x + kMargin;
  }

  /// Signed octaves of the levels of a channel; `channels` is the plane of zeros.
  [[nodiscard]] const std::int8_t* levels(int channel) const {
    return levels_.data() + channel * plane_;
  }
  /// The levels themselves, limited to +-kMostValue, laid out as their octaves.
  [[nodiscard]] const std::int8_t* values(int channel) const {
    return values_.data() + channel * plane_;
  }
  /// Octaves of 1 + the sum of the eight magnitudes around each position of a finished channel,
  /// also one position outside of it.
  [[nodiscard]] const std::int8_t* rings(int channel) const {
    return rings_.data() + channel * plane_;
  }

  /// Sets a level of the channel that is being coded.
  void set(std::ptrdiff_t offset, std::int32_t level);
  /// Ends the channel that is being coded: computes its rings; what is set next belongs to the next
  /// channel.
  void finish_channel();

 private:
  int channels_;
  PlaneSize size_;
  std::ptrdiff_t stride_, plane_;
  int channel_ = 0;
  /// Whether a level of the channel is not zero.
  bool any_ = false;
  std::vector<std::int8_t> levels_, values_, rings_;  ///< [channels + 1][plane]
  std::vector<std::int16_t> magnitudes_;              ///< [plane] of the channel
  /// [plane] of three magnitudes beside one another.
  std::vector<std::int16_t> sums_;
};

}  // namespace imgcnn::entropy
