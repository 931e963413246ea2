// Four sweeps over a window.

#include "pixel_fill.h"

#include <vector>

namespace imgcnn::codec {
namespace {

constexpr float kGrey = 0.5F;

/// A window of one channel, and what the sweeps have found for it.
class Filling {
 public:
  Filling(const Rect& where, const PixelBlocks& blocks)
      : where_(where), open_(where.area()), sums_(where.area()), weights_(where.area()) {
    for (int y = 0; y < where.height; ++y) {
      for (int x = 0; x < where.width; ++x) {
        open_[at(y, x)] = blocks.at((where.x + x) / entropy::kPixelBlock,
                                    (where.y + y) / entropy::kPixelBlock) != 0;
      }
    }
  }

  void fill(float* plane) {
    std::fill(sums_.begin(), sums_.end(), 0.0F);
    std::fill(weights_.begin(), weights_.end(), 0.0F);
    for (int y = 0; y < where_.height; ++y) {
      sweep(plane, at(y, 0), 1, where_.width);
      sweep(plane, at(y, where_.width - 1), -1, where_.width);
    }
    for (int x = 0; x < where_.width; ++x) {
      sweep(plane, at(0, x), where_.width, where_.height);
      sweep(plane, at(where_.height - 1, x), -where_.width, where_.height);
    }
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (open_[i] != 0) plane[i] = weights_[i] > 0 ? sums_[i] / weights_[i] : kGrey;
    }
  }

 private:
  [[nodiscard]] std::size_t at(int y, int x) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(where_.width) +
           static_cast<std::size_t>(x);
  }

  void sweep(const float* plane, std::size_t first, std::ptrdiff_t step, int count) {
    float value = 0.0F;
    int distance = 0;  // from the sample last seen; 0: none was
    auto i = static_cast<std::ptrdiff_t>(first);
    for (int k = 0; k < count; ++k, i += step) {
      const auto place = static_cast<std::size_t>(i);
      if (open_[place] == 0) {
        value = plane[i];
        distance = 1;
      } else if (distance > 0) {
        const float weight = 1.0F / static_cast<float>(distance++);
        sums_[place] += weight * value;
        weights_[place] += weight;
      }
    }
  }

  Rect where_;
  std::vector<std::uint8_t> open_;  ///< not 0 where a sample is to be filled
  std::vector<float> sums_, weights_;
};

bool touch(const PixelBlocks& blocks, const Rect& where) {
  const Rect around = enclosing(where, entropy::kPixelBlock);
  for (int row = around.y; row < around.bottom(); ++row) {
    for (int column = around.x; column < around.right(); ++column) {
      if (blocks.at(column, row) != 0) return true;
    }
  }
  return false;
}

}  // namespace

image::FloatImage fill_blocks(image::FloatImage rgb, const Rect& where, const PixelBlocks& blocks) {
  if (blocks.coded.empty() || !touch(blocks, where)) return rgb;
  Filling filling(where, blocks);
  for (int c = 0; c < rgb.channels; ++c)
    filling.fill(rgb.data.data() + static_cast<std::size_t>(c) * rgb.plane_size());
  return rgb;
}

}  // namespace imgcnn::codec
