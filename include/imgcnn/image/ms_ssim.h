#pragma once
// MS-SSIM and its gradient: what is reported, and what the search of the encoder maximizes for
// models tuned to it.

#include "imgcnn/image/image.h"

namespace imgcnn::image {

struct Similarity {
  double value = 0.0;  ///< mean of the channels, at most 1
  /// With respect to the samples of `shown`; empty where it was not asked for.
  FloatImage gradient;
};

/// Multi-scale structural similarity of two pictures [C, H, W] of one size in [0, 1]: window 11x11
/// with sigma 1.5, inside the picture only, which shrinks where the picture is smaller; scales that
/// are too small for a window are left out and the other weights share theirs. least: what a scale
/// less similar counts as, >= 0, and > 0 where there is to be a gradient; opposite pictures have
/// negative similarities, of which there is no power. Sources: Wang, Simoncelli, Bovik, Asilomar
/// 2003, eq. 7; Wang et al., IEEE TIP 13(4), 2004, eq. 13.
[[nodiscard]] Similarity ms_ssim(const FloatImage& shown, const FloatImage& original, double least,
                                 bool with_gradient);

}  // namespace imgcnn::image
