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
  /// Samples of a tile's rectangle of the picture, without alpha. May be called on several threads
  /// at once.
  using Show = std::function<void(image::Image samples, const Rect& where)>;

  /// The section outlives the reader. Throws kCorrupt naming `origin` when the section is not as
  /// its picture needs it.
  PixelReader(ByteSpan section, const CodingPlan& plan, int channels, int bit_depth,
              const std::string& origin);

  /// Which blocks are coded.
  [[nodiscard]] const PixelBlocks& blocks() const { return blocks_; }
  /// Decodes the tiles that a region of the picture (in samples) touches, side by side. Throws
  /// kCorrupt.
  void read(ThreadPool& pool, const Rect& region, const Show& show) const;

 private:
  [[nodiscard]] entropy::PixelTile tile_of(int index) const;

  CodingPlan plan_;
  TileGrid tiles_;
  int channels_, bit_depth_;
  std::string name_;
  std::vector<ByteSpan> streams_;
  PixelBlocks blocks_;
};

/// Puts the coded blocks of a tile's samples, which lie at `where` of the whole picture, into a
/// picture that shows `region`; or, with `shrink` above 1, into one of the whole whose samples are
/// the means of shrink x shrink. Requires: shrink divides the side of a block.
void put_blocks(const image::Image& samples, const Rect& where, const PixelBlocks& blocks,
                const Rect& region, int shrink, image::Image& picture);

}  // namespace imgcnn::codec
