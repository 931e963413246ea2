// Ratios of observed to expected magnitudes.

#include "context_planes.h"

namespace imgcnn::entropy {
namespace {

/// Pulls ratios of what was hardly observed towards one.
constexpr std::uint32_t kCertainty = std::uint32_t{2} << 16;
constexpr int kLeastOctaves = quarter_octaves(kCertainty);

}  // namespace

void SymbolPlanes::finish(int channel) {
  const std::ptrdiff_t row = stride_;
  // Column sums of three magnitudes first: each serves three places.
  std::vector<int> columns(static_cast<std::size_t>(size_.width) + 4);
  for (int y = -1; y <= size_.height; ++y) {
    const std::int8_t* const first = at(channel, y, -kMargin);
    for (std::size_t x = 0; x < columns.size(); ++x) {
      const std::int8_t* const here = first + x;
      columns[x] = std::abs(here[-row]) + std::abs(here[0]) + std::abs(here[row]);
    }
    std::int8_t* const rings = rings_.data() + (first - values_.data());
    for (std::size_t x = 1; x + 1 < columns.size(); ++x) {
      const int sum = columns[x - 1] + columns[x] + columns[x + 1] - std::abs(first[x]);
      rings[x] = static_cast<std::int8_t>(std::min(sum, 127));
    }
  }
}

LocalScale::LocalScale(PlaneSize size)
    : size_(size),
      sums_(static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width)),
      ratios_(sums_.size()),
      observed_(sums_.size()),
      expected_(sums_.size()) {}

void LocalScale::next_channel() {
  const auto width = static_cast<std::size_t>(size_.width), height = static_cast<std::size_t>(size_.height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t i = y * width + x;
      std::uint32_t observed = 4 * static_cast<std::uint32_t>(sums_[i].observed);
      std::uint32_t expected = 4 * static_cast<std::uint32_t>(sums_[i].expected);
      const auto weigh = [&](bool inside, std::size_t neighbour) {
        if (!inside) return;
        observed += static_cast<std::uint32_t>(sums_[neighbour].observed);
        expected += static_cast<std::uint32_t>(sums_[neighbour].expected);
      };
      weigh(x > 0, i - 1);
      weigh(x + 1 < width, i + 1);
      weigh(y > 0, i - width);
      weigh(y + 1 < height, i + width);
      const int more = quarter_octaves(observed + kCertainty) - kLeastOctaves;
      const int less = quarter_octaves(expected + kCertainty) - kLeastOctaves;
      observed_[i] = static_cast<std::int8_t>(more);
      expected_[i] = static_cast<std::int8_t>(less);
      ratios_[i] = static_cast<std::int8_t>(std::clamp(more - less, kLeast, kMost));
    }
  }
}

}  // namespace imgcnn::entropy
