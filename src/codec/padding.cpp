// Padding, cropping, alpha.

#include "padding.h"

#include <algorithm>

#include "imgcnn/base/checked_math.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::codec {
namespace {

image::FloatImage resized(const image::FloatImage& picture, int width, int height) {
  image::FloatImage result{picture.channels, height, width, {}};
  result.data.resize(static_cast<std::size_t>(picture.channels) * result.plane_size());
  const int columns = std::min(width, picture.width);
  for (int c = 0; c < picture.channels; ++c) {
    for (int y = 0; y < height; ++y) {
      const int source_y = std::min(y, picture.height - 1);
      const float* from =
          picture.data.data() + static_cast<std::size_t>(c) * picture.plane_size() +
          static_cast<std::size_t>(source_y) * static_cast<std::size_t>(picture.width);
      float* to = result.data.data() + static_cast<std::size_t>(c) * result.plane_size() +
                  static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
      std::copy(from, from + columns, to);
      std::fill(to + columns, to + width, from[picture.width - 1]);
    }
  }
  return result;
}

}  // namespace

image::FloatImage pad_to_multiple(image::FloatImage picture, int multiple) {
  const int width = round_up(picture.width, multiple), height = round_up(picture.height, multiple);
  if (width == picture.width && height == picture.height) return picture;
  return resized(picture, width, height);
}

void restore_alpha(image::Image& picture, const Bytes& section, const Rect& whole,
                   const Rect& region, int shrink, const std::string& origin) {
  image::Image alpha;
  if (section.empty()) {
    alpha = image::blank(picture.width, picture.height, 1, picture.bit_depth);
    std::fill(alpha.samples.begin(), alpha.samples.end(),
              static_cast<std::uint16_t>(picture.max_value()));
  } else {
    image::ReadOptions options;
    options.max_pixels = whole.area();
    options.keep_metadata = false;
    alpha = image::decode_image(section, origin + ": alpha section", options);
    require(alpha.channels == 1 && alpha.width == whole.width && alpha.height == whole.height &&
                alpha.bit_depth == picture.bit_depth,
            ErrorCode::kCorrupt, origin + ": the alpha section does not fit the picture");
    alpha =
        image::shrunk(image::cut(alpha, region.x, region.y, region.width, region.height), shrink);
  }
  image::attach_alpha(picture, alpha);
}

}  // namespace imgcnn::codec
