#pragma once
// Brightness, contrast and colour balance: applied before analysis, recorded in the file,
// invertible on request.

#include <array>

#include "imgcnn/image/image.h"

namespace imgcnn::image {

/// x' = clamp((x * gain[c] - 0.5) * contrast + 0.5 + brightness, 0, 1) on samples x in [0, 1].
/// Ranges: brightness [-1, 1], contrast [0.1, 10], gain [0.1, 10]. The default is the identity.
struct Preprocess {
  float brightness = 0.0F;
  float contrast = 1.0F;
  std::array<float, 3> gain = {1.0F, 1.0F, 1.0F};  ///< R, G, B

  [[nodiscard]] bool is_identity() const;
};

/// Throws kInvalidArgument when a value is outside its range or not finite.
void check_preprocess(const Preprocess& parameters);

/// Grey-world gains: each channel's mean becomes the mean of the three, clamped to [0.1, 10]; of
/// grey all one. Source: Buchsbaum, "A spatial processor model for object colour perception", 1980.
[[nodiscard]] std::array<float, 3> grey_world_gains(const Image& picture);

/// Applies in place to a 3-channel image.
void apply_preprocess(FloatImage& rgb, const Preprocess& parameters);

/// Inverse of `apply_preprocess` up to what clamping took away; result clamped to [0, 1].
void undo_preprocess(FloatImage& rgb, const Preprocess& parameters);

}  // namespace imgcnn::image
