#pragma once
// How far a reconstruction is from a picture, as model::Network::distortion counts it.

#include "imgcnn/image/image.h"
#include "imgcnn/model/config.h"

namespace imgcnn::runtime {

struct SampleDistortion {
  double error = 0.0;
  /// With respect to the samples of `shown`; empty where it was not asked for.
  image::FloatImage gradient;
};

/// Of the samples of `shown` within the size of `original`; the gradient of others is zero.
/// `weights`: what counts.
[[nodiscard]] SampleDistortion distortion_of(const image::FloatImage& shown,
                                             const image::FloatImage& original,
                                             const model::DistortionWeights& weights,
                                             bool with_gradient);

}  // namespace imgcnn::runtime
