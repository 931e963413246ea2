#pragma once
// Rate-distortion optimization of pixels that are coded by themselves: another colour in the place
// of the picture's own, where that saves more than it spoils.

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "imgcnn/entropy/pixel_coder.h"

namespace imgcnn::rdo {

/// Of what the surroundings suggest, of colours that appeared before, and of the picture's own
/// colour, the one of least bits + weight * squared error.
class PixelRdo final : public entropy::PixelChooser {
 public:
  /// For the coded blocks of a tile, before they are changed. weight: bits that a squared error of
  /// one level of 8 bits in all channels counts for; limit: the largest error of a sample, in
  /// levels of 8 bits, above 0. Colours that many pixels have are kept: a pixel that gives way
  /// draws those beside it along, and the eye sees where a flat ground is a little off.
  PixelRdo(const entropy::PixelTile& tile, double weight, double limit);

  const std::uint16_t* choose(const entropy::PixelOptions& options) override;

 private:
  using Colour = std::array<std::uint16_t, 3>;

  /// A colour as a key.
  [[nodiscard]] std::uint64_t key_of(const std::uint16_t* colour) const {
    return cell(colour, {}, 1);
  }
  /// The error's share of the cost; infinite beyond the limit.
  [[nodiscard]] double penalty(const std::uint16_t* own, const std::uint16_t* other) const;
  /// The nearest colour within the limit that appeared before; nullptr where there is none.
  [[nodiscard]] const std::uint16_t* nearest(const std::uint16_t* own) const;
  /// Cell, of cells of this side, that lies so far from that of a colour.
  [[nodiscard]] std::uint64_t cell(const std::uint16_t* colour, const std::array<int, 3>& offset,
                                   int side) const;

  int channels_;
  double level_, weight_, limit_;
  int side_;  ///< of a cell of the palette, in sample units: no nearer colour lies beyond the next
              ///< cells
  std::unordered_map<std::uint64_t, std::vector<Colour>> palette_;
  std::unordered_map<std::uint64_t, int> pixels_of_;  ///< how many the tile has of a colour
};

}  // namespace imgcnn::rdo
