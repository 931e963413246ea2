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
  /// weight: bits that a squared error of one level of 8 bits in all channels counts for; limit:
  /// the largest error of a sample, in levels of 8 bits, above 0. Of pictures of 1 or 3 channels, 8
  /// or 16 bits.
  PixelRdo(int channels, int bit_depth, double weight, double limit);

  const std::uint16_t* choose(const entropy::PixelOptions& options) override;

 private:
  using Colour = std::array<std::uint16_t, 3>;

  /// The error's share of the cost; infinite beyond the limit.
  [[nodiscard]] double penalty(const std::uint16_t* own, const std::uint16_t* other) const;
  /// The nearest colour within the limit that appeared before; nullptr where there is none.
  [[nodiscard]] const std::uint16_t* nearest(const std::uint16_t* own) const;
  /// Cell of the palette that lies so far from that of a colour.
  [[nodiscard]] std::uint64_t cell(const std::uint16_t* colour,
                                   const std::array<int, 3>& offset) const;

  int channels_;
  double level_, weight_, limit_;
  int side_;  ///< of a cell of the palette, in sample units: no nearer colour lies beyond the next
              ///< cells
  std::unordered_map<std::uint64_t, std::vector<Colour>> palette_;
};

}  // namespace imgcnn::rdo
