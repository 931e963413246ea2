// Ratios of observed to expected magnitudes.

#include "context_planes.h"

namespace imgcnn::entropy {
namespace {

/// Pulls ratios of what was hardly observed towards one.
constexpr std::uint32_t kCertainty = std::uint32_t{2} << 16;

}  // namespace

LocalScale::LocalScale(PlaneSize size)
    : size_(size),
      sums_(static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width)),
      ratios_(sums_.size()) {}

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
      const int ratio = quarter_octaves(observed + kCertainty) - quarter_octaves(expected + kCertainty);
      ratios_[i] = static_cast<std::int8_t>(std::clamp(ratio, kLeast, kMost));
    }
  }
}

}  // namespace imgcnn::entropy
