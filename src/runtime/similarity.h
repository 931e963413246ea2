#pragma once
// MS-SSIM and its gradient: what the search of the encoder maximises for models tuned to it.

#include "imgcnn/image/image.h"

namespace imgcnn::runtime {

struct Similarity {
  double value = 0.0;          ///< mean of the channels, at most 1
  image::FloatImage gradient;  ///< with respect to the samples of `shown`; empty where it was not asked for
};

/// Multi-scale structural similarity of two pictures [3, H, W] in [0, 1], as nn/ms_ssim.h defines it: window 11x11 with
/// sigma 1.5, inside the picture only; scales that are too small for a window are left out and the other weights share
/// theirs. Sources: Wang, Simoncelli, Bovik, Asilomar 2003; Wang et al., IEEE TIP 13(4), 2004, eq. 13.
[[nodiscard]] Similarity ms_ssim(const image::FloatImage& shown, const image::FloatImage& original, bool with_gradient);

}  // namespace imgcnn::runtime
