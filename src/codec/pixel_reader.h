#pragma once
// A section of pixels back to blocks of the picture.

#include <functional>
#include <string>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/base/byte_span.h"
#include "imgcnn/base/thread_pool.h"
#include "imgcnn/image/image.h"
#include "pixel_blocks.h"
#include "rect.h"

namespace imgcnn::codec {

class PixelReader {
 public:
  /// Samples of a tile's rectangle of the picture, without alpha; `blocks` [tile] tells which are
  /// coded. May be called on several threads at once.
  using Show = std::function<void(const image::Image& samples, const Rect& where,
                                  const std::vector<std::uint8_t>& blocks)>;

  /// The section outlives the reader. Throws kCorrupt naming `origin` when its table does not fit.
  PixelReader(ByteSpan section, const CodingPlan& plan, int channels, int bit_depth,
              std::string origin);

  /// Decodes the tiles that a region of the picture (in samples) touches, side by side. Throws
  /// kCorrupt.
  void read(ThreadPool& pool, const Rect& region, const Show& show) const;

 private:
  CodingPlan plan_;
  TileGrid tiles_;
  int channels_, bit_depth_;
  std::string origin_;
  std::vector<ByteSpan> streams_;
};

/// Puts the coded blocks of a tile into a picture that shows `region`: its samples as they are.
void put_blocks(const image::Image& samples, const Rect& where,
                const std::vector<std::uint8_t>& blocks, const Rect& region, image::Image& picture);

/// The same into a preview of the whole picture: means of `factor` x `factor` samples, a divisor of
/// the block's side.
void put_shrunk_blocks(const image::Image& samples, const Rect& where,
                       const std::vector<std::uint8_t>& blocks, int factor, image::Image& picture);

}  // namespace imgcnn::codec
