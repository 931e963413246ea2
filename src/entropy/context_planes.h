#pragma once
// What a context model sees of the symbols decoded so far.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "context/integer_log.h"
#include "imgcnn/entropy/context_model.h"

namespace imgcnn::entropy {

/// Symbols limited to +-127 with two zeros around each plane, so that neighbours need no tests.
class SymbolPlanes {
 public:
  static constexpr int kMargin = 2;

  SymbolPlanes(int channels, PlaneSize size)
      : stride_(size.width + 2 * kMargin),
        plane_(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(size.height + 2 * kMargin)),
        size_(size),
        values_(plane_ * static_cast<std::size_t>(channels)),
        rings_(values_.size()) {}

  /// The value at a position; neighbours of the same plane lie at offsets dy * stride() + dx.
  [[nodiscard]] std::int8_t* at(int channel, int y, int x) {
    return values_.data() + static_cast<std::size_t>(channel) * plane_ +
           static_cast<std::size_t>(y + kMargin) * static_cast<std::size_t>(stride_) +
           static_cast<std::size_t>(x + kMargin);
  }
  /// Sum of the eight magnitudes around a place of a channel that is finished, limited to 127. The place may lie one
  /// beside the plane.
  [[nodiscard]] int ring(const std::int8_t* place) const {
    return rings_[static_cast<std::size_t>(place - values_.data())];
  }
  /// Makes the rings of a channel.
  void finish(int channel);
  [[nodiscard]] std::ptrdiff_t stride() const { return stride_; }
  /// Distance from a channel to the one before it.
  [[nodiscard]] std::ptrdiff_t plane() const { return static_cast<std::ptrdiff_t>(plane_); }

 private:
  int stride_;
  std::size_t plane_;
  PlaneSize size_;
  std::vector<std::int8_t> values_;
  std::vector<std::int8_t> rings_;  ///< laid out as the values
};

/// How much larger than their tables expect the symbols of earlier channels were, position by position.
class LocalScale {
 public:
  static constexpr int kLeast = -15;
  static constexpr int kMost = 16;
  static constexpr std::int32_t kObservedLimit = 64;

  explicit LocalScale(PlaneSize size);

  /// Quarter octaves, kLeast..kMost, of observed over expected magnitude around a position, from the channels added.
  [[nodiscard]] int ratio(std::size_t position) const { return ratios_[position]; }

  /// Quarter octaves from 0 on of what was observed there, and of what was expected.
  [[nodiscard]] int observed(std::size_t position) const { return observed_[position]; }
  [[nodiscard]] int expected(std::size_t position) const { return expected_[position]; }

  /// Adds a symbol and its expected magnitude (units of 2^-16) at a position of the channel that is being coded.
  void add(std::size_t position, std::int32_t symbol, std::int32_t expected) {
    auto& sum = sums_[position];
    sum.observed += (std::min(std::abs(symbol), kObservedLimit) << 16) - (sum.observed >> kMemoryShift);
    sum.expected += expected - (sum.expected >> kMemoryShift);
  }
  /// Makes the ratios of the next channel.
  void next_channel();

 private:
  // The channel before weighs 1, each earlier one 15/16 of its follower.
  static constexpr int kMemoryShift = 4;
  struct Sum {
    std::int32_t observed = 0;
    std::int32_t expected = 0;
  };

  PlaneSize size_;
  std::vector<Sum> sums_;
  std::vector<std::int8_t> ratios_, observed_, expected_;
};

}  // namespace imgcnn::entropy
