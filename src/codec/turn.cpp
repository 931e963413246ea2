// Mirroring and transposing.

#include "turn.h"

#include <algorithm>
#include <utility>

namespace imgcnn::codec {
namespace {

Window mirror(const Window& w, int width) { return {width - w.right(), w.y, w.width, w.height}; }
Window transpose(const Window& w) { return {w.y, w.x, w.height, w.width}; }

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

Window to_coded(const Window& w, const Turn& turn, int width) {
  const Window mirrored = turn.mirrored ? mirror(w, width) : w;
  return turn.transposed ? transpose(mirrored) : mirrored;
}

Window from_coded(const Window& w, const Turn& turn, int width) {
  const Window upright = turn.transposed ? transpose(w) : w;
  return turn.mirrored ? mirror(upright, width) : upright;
}

image::FloatImage to_coded(image::FloatImage samples, const Turn& turn) {
  if (turn.mirrored) mirror(samples);
  return turn.transposed ? transpose(samples) : std::move(samples);
}

image::FloatImage from_coded(image::FloatImage samples, const Turn& turn) {
  if (turn.transposed) samples = transpose(samples);
  if (turn.mirrored) mirror(samples);
  return samples;
}

}  // namespace imgcnn::codec
