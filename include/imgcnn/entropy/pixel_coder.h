#pragma once
// Coder of blocks of pixels, for what a network cannot draw: text, lines, dithers, charts. A pixel
// is one of the colours that its surroundings suggest, or one that was seen before, or a new one
// near to what its neighbours foretell; all are binary decisions, whose odds come from adaptive
// contexts that are mixed on the logistic scale. Specification: FORMAT.md, section 1.9. Sources:
// logistic mixing, Mahoney, "Adaptive weighing of context models for lossless data compression",
// 2005; the median predictor, Weinberger et al., "LOCO-I", IEEE Trans. Image Processing 2000.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/base/checked_math.h"

namespace imgcnn::entropy {

/// Side of a block, in pixels.
constexpr int kPixelBlock = 16;

/// Some blocks of a tile. Blocks are counted from the top left corner; those at the right and the
/// bottom may be cut.
struct PixelTile {
  int width = 0, height = 0;  ///< pixels, at least 1
  int channels = 3;           ///< of colour: 1 or 3
  int bit_depth = 8;          ///< 8 or 16
  /// [ceil(height / 16)][ceil(width / 16)], not 0 where a block is coded.
  std::vector<std::uint8_t> blocks;
  /// [height][width][channels]; those outside of coded blocks mean nothing.
  std::vector<std::uint16_t> samples;

  [[nodiscard]] int block_columns() const { return ceil_div(width, kPixelBlock); }
  [[nodiscard]] int block_rows() const { return ceil_div(height, kPixelBlock); }
  /// Index of the block that a pixel lies in.
  [[nodiscard]] std::size_t block_of(int y, int x) const {
    return static_cast<std::size_t>(y / kPixelBlock) * static_cast<std::size_t>(block_columns()) +
           static_cast<std::size_t>(x / kPixelBlock);
  }
  [[nodiscard]] bool is_coded(int y, int x) const { return blocks[block_of(y, x)] != 0; }
};

/// Costs are in units of 1/256 bit.
constexpr int kCostOne = 256;

/// A colour that an encoder could code at a place.
struct PixelOption {
  const std::uint16_t* samples;  ///< [channels]
  std::int64_t cost;             ///< about
};

/// What an encoder can code at a place.
struct PixelOptions {
  PixelOption own;               ///< the picture's colour
  bool own_is_new;               ///< and whether it appears for the first time
  const PixelOption* suggested;  ///< [count] what the surroundings suggest, other than that
  std::size_t count;
  std::int64_t known_cost;  ///< about, of a colour that appeared before and is not suggested
};

/// Chooses what an encoder codes. The decoder follows whatever it is.
class PixelChooser {
 public:
  virtual ~PixelChooser() = default;
  /// The samples to code, [channels], which live until the next call. Not asked where the picture's
  /// colour is what all around is.
  virtual const std::uint16_t* choose(const PixelOptions& options) = 0;
};

/// What came of a tile.
struct CodedPixels {
  Bytes stream;
  std::vector<std::int64_t> block_costs;  ///< [blocks] about; 0 where a block is not coded
};

/// Codes the blocks of a tile. With a chooser, `tile` then holds what was coded. Requires: sizes
/// that fit each other, samples within the bit depth.
[[nodiscard]] CodedPixels encode_pixels(PixelTile& tile, PixelChooser* chooser = nullptr);

/// The tile of a stream; its width, height, channels and bit depth are given. Samples outside of
/// coded blocks are 0. Work and memory are bounded by the tile's size. Throws kCorrupt naming
/// `name`.
[[nodiscard]] PixelTile decode_pixels(ByteSpan stream, PixelTile sizes, const std::string& name);

/// The blocks alone of such a stream, at little cost. What is wrong with it shows when its pixels
/// are decoded.
[[nodiscard]] std::vector<std::uint8_t> decode_pixel_blocks(ByteSpan stream, PixelTile sizes,
                                                            const std::string& name);

}  // namespace imgcnn::entropy
