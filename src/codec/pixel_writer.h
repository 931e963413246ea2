#pragma once
// Blocks of a picture to a section of pixels.

#include <functional>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/base/byte_span.h"
#include "imgcnn/base/thread_pool.h"
#include "imgcnn/image/image.h"
#include "pixel_blocks.h"
#include "rect.h"

namespace imgcnn::codec {

/// Samples of a window of the picture, without alpha.
using SampleSource = std::function<image::Image(const Rect&)>;

/// How much pixels may change.
struct PixelLoss {
  /// Bits that a squared error of one level of 8 bits in all channels counts for.
  double weight = 0.0;
  double limit = 0.0;  ///< largest error of a sample, levels of 8 bits; 0: nothing changes
};

/// What blocks cost and lose.
struct BlockCosts {
  explicit BlockCosts(std::size_t blocks) : bits(blocks), error(blocks) {}

  std::vector<double> bits;
  /// Sum over pixels of the squared error, mean of channels, levels of 8 bits.
  std::vector<double> error;

  [[nodiscard]] double cost(std::size_t block, double weight) const {
    return bits[block] + weight * error[block];
  }
};

struct WrittenPixels {
  Bytes section;
  BlockCosts costs;  ///< bits are about; of coded blocks
};

/// Codes the blocks; tiles run side by side.
[[nodiscard]] WrittenPixels write_pixels(ThreadPool& pool, const CodingPlan& plan,
                                         const SampleSource& picture, const PixelBlocks& blocks,
                                         const PixelLoss& loss);

}  // namespace imgcnn::codec
