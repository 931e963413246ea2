// Mirroring and transposing.

#include "orientation.h"

#include <algorithm>
#include <utility>

namespace imgcnn::codec {
namespace {

Rect mirror(const Rect& w, int width) { return {width - w.right(), w.y, w.width, w.height}; }
Rect transpose(const Rect& w) { return {w.y, w.x, w.height, w.width}; }

void mirror(image::FloatImage& samples) {
  for (auto row = samples.data.begin(); row != samples.data.end(); row += samples.width)
    std::reverse(row, row + samples.width);
}

image::FloatImage transpose(const image::FloatImage& samples) {
  image::FloatImage result{samples.channels, samples.width, samples.height, {}};
  result.data.reserve(samples.data.size());
  for (int c = 0; c < samples.channels; ++c) {
    const auto plane = samples.data.begin() + static_cast<std::ptrdiff_t>(samples.plane_size()) * c;
    for (int x = 0; x < samples.width; ++x) {
      for (int y = 0; y < samples.height; ++y)
        result.data.push_back(plane[static_cast<std::ptrdiff_t>(y) * samples.width + x]);
    }
  }
  return result;
}

}  // namespace

Rect to_coded(const Rect& w, const Orientation& orientation, int width) {
  const Rect mirrored = orientation.mirrored ? mirror(w, width) : w;
  return orientation.transposed ? transpose(mirrored) : mirrored;
}

Rect from_coded(const Rect& w, const Orientation& orientation, int width) {
  const Rect upright = orientation.transposed ? transpose(w) : w;
  return orientation.mirrored ? mirror(upright, width) : upright;
}

image::FloatImage to_coded(image::FloatImage samples, const Orientation& orientation) {
  if (orientation.mirrored) mirror(samples);
  return orientation.transposed ? transpose(samples) : std::move(samples);
}

image::FloatImage from_coded(image::FloatImage samples, const Orientation& orientation) {
  if (orientation.transposed) samples = transpose(samples);
  if (orientation.mirrored) mirror(samples);
  return samples;
}

}  // namespace imgcnn::codec
