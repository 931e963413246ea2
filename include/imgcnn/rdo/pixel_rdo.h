#pragma once
// Rate-distortion optimization of pixels that are coded by themselves: a colour that the
// surroundings suggest in the place of the picture's own, where that saves more than it spoils.

#include <cstddef>

#include "imgcnn/entropy/pixel_coder.h"

namespace imgcnn::rdo {

/// Of the options of a pixel, the one of least bits + weight * squared error.
class PixelRdo final : public entropy::PixelChooser {
 public:
  /// weight: bits that a squared error of one level of 8 bits in all channels counts for; limit:
  /// the largest error of a sample, in levels of 8 bits. Of pictures of 1 or 3 channels, 8 or 16
  /// bits.
  PixelRdo(int channels, int bit_depth, double weight, double limit);

  std::size_t choose(const entropy::PixelOption* options, std::size_t count) override;

 private:
  int channels_;
  double level_, weight_, limit_;
};

}  // namespace imgcnn::rdo
