#pragma once
// The way round in which a picture is coded. Networks learn from pictures that stand upright, and
// yet many a picture costs less on its side or seen in a mirror.

#include "imgcnn/image/image.h"
#include "rect.h"

namespace imgcnn::codec {

/// From the picture to what is coded: left and right change places, then rows and columns.
struct Orientation {
  bool mirrored = false;
  bool transposed = false;
};

/// Where a window of a picture `width` wide lies in what is coded.
[[nodiscard]] Rect to_coded(const Rect& w, const Orientation& orientation, int width);
/// Its inverse; `width` is still that of the picture.
[[nodiscard]] Rect from_coded(const Rect& w, const Orientation& orientation, int width);

/// Samples of a window, as they are coded, and back.
[[nodiscard]] image::FloatImage to_coded(image::FloatImage samples, const Orientation& orientation);
[[nodiscard]] image::FloatImage from_coded(image::FloatImage samples,
                                           const Orientation& orientation);

}  // namespace imgcnn::codec
