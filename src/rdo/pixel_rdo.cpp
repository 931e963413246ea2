// Least cost among few.

#include "imgcnn/rdo/pixel_rdo.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace imgcnn::rdo {
namespace {

/// Pixels of a colour that is kept: those of a block.
constexpr int kMany = entropy::kPixelBlock * entropy::kPixelBlock;

}  // namespace

PixelRdo::PixelRdo(const entropy::PixelTile& tile, double weight, double limit)
    : channels_(tile.channels),
      level_(tile.bit_depth == 16 ? 257.0 : 1.0),
      weight_(weight),
      limit_(limit),
      side_(std::max(1, static_cast<int>(std::ceil(limit * level_)))) {
  const std::uint16_t* samples = tile.samples.data();
  for (int y = 0; y < tile.height; ++y) {
    for (int x = 0; x < tile.width; ++x, samples += channels_) {
      if (tile.is_coded(y, x)) ++pixels_of_[key_of(samples)];
    }
  }
}

double PixelRdo::penalty(const std::uint16_t* own, const std::uint16_t* other) const {
  double error = 0.0;
  for (int c = 0; c < channels_; ++c) {
    const double difference = std::abs(int{own[c]} - int{other[c]}) / level_;
    if (difference > limit_) return std::numeric_limits<double>::infinity();
    error += difference * difference;
  }
  return weight_ * error / channels_;
}

std::uint64_t PixelRdo::cell(const std::uint16_t* colour, const std::array<int, 3>& offset,
                             int side) const {
  std::uint64_t key = 0;
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels_); ++c)
    key = key << 20 | static_cast<std::uint64_t>(colour[c] / side + offset[c] + 1);
  return key;
}

const std::uint16_t* PixelRdo::nearest(const std::uint16_t* own) const {
  const std::uint16_t* best = nullptr;
  double least = std::numeric_limits<double>::infinity();
  constexpr int kCells = 27;
  for (int i = 0; i < (channels_ == 1 ? 3 : kCells); ++i) {
    const auto found = palette_.find(cell(own, {i % 3 - 1, i / 3 % 3 - 1, i / 9 - 1}, side_));
    if (found == palette_.end()) continue;
    for (const Colour& colour : found->second) {
      const double cost = penalty(own, colour.data());
      if (cost < least) {
        least = cost;
        best = colour.data();
      }
    }
  }
  return best;
}

const std::uint16_t* PixelRdo::choose(const entropy::PixelOptions& options) {
  const std::uint16_t* const own = options.own.samples;
  const auto pixels = pixels_of_.find(key_of(own));
  if (pixels != pixels_of_.end() && pixels->second >= kMany) return own;
  const std::uint16_t* best = own;
  double least = static_cast<double>(options.own.cost) / entropy::kCostOne;
  const auto offer = [&](const std::uint16_t* samples, std::int64_t cost) {
    const double all = static_cast<double>(cost) / entropy::kCostOne + penalty(own, samples);
    if (all >= least) return;
    least = all;
    best = samples;
  };
  for (std::size_t i = 0; i < options.count; ++i)
    offer(options.suggested[i].samples, options.suggested[i].cost);
  if (!options.own_is_new) return best;
  if (const std::uint16_t* known = nearest(own); known != nullptr) offer(known, options.known_cost);
  if (best == own) {
    Colour colour{};
    std::copy(own, own + channels_, colour.begin());
    palette_[cell(own, {}, side_)].push_back(colour);
  }
  return best;
}

}  // namespace imgcnn::rdo
