#pragma once
// SSIMULACRA 2.1 and the gradient of what it measures: what is reported, and what the search of the
// encoder makes small for models tuned to the eye.

#include "imgcnn/image/image.h"

namespace imgcnn::image {

struct Ssimulacra2 {
  double score = 100.0;  ///< of equal pictures 100, of very different ones below 0
  /// The weighted sum of the norms of the error maps that the score is computed from, 0 where both
  /// pictures are equal. The slope of the score has no bound there, so gradients are those of this.
  double distance = 0.0;
  /// Of the distance with respect to the samples of `shown`; empty where it was not asked for.
  FloatImage gradient;
};

/// Compares two pictures of one size, [3, H, W] or [1, H, W] (three equal channels), sRGB in
/// [0, 1]. Samples outside count as the nearest inside; for such samples of `shown` the gradient
/// is that of the nearest where it leads back inside, else zero. The order matters: edges that
/// `shown` adds weigh otherwise than those it lacks. Pictures with a side of less than
/// kSsimulacraLeastSide have no scale and are all equal. Throws kInvalidArgument for pictures of
/// different sizes or of other numbers of channels. Source: as ssimulacra2_constants.h.
[[nodiscard]] Ssimulacra2 ssimulacra2(const FloatImage& shown, const FloatImage& original,
                                      bool with_gradient);

/// The published map of the distance to the score.
[[nodiscard]] double ssimulacra2_score(double distance);

}  // namespace imgcnn::image
