#pragma once
// How far a reconstruction is from a picture, as model::Network::distortion counts it.

#include "imgcnn/image/image.h"

namespace imgcnn::runtime {

struct SampleDistortion {
  double error = 0.0;
  /// With respect to the samples of `shown`; empty where it was not asked for.
  image::FloatImage gradient;
};

/// Of the samples of `shown` within the size of `original`; the gradient of others is zero.
/// for_similarity: by MS-SSIM instead of squared error.
[[nodiscard]] SampleDistortion distortion_of(const image::FloatImage& shown,
                                             const image::FloatImage& original, bool for_similarity,
                                             bool with_gradient);

}  // namespace imgcnn::runtime
