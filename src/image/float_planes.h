#pragma once
// Ways into planar pictures.

#include <cstddef>

#include "imgcnn/base/address_space.h"
#include "imgcnn/image/image.h"

namespace imgcnn::image {

[[nodiscard]] inline FloatImage zero_picture(int channels, int height, int width) {
  FloatImage picture{channels, height, width, {}};
  picture.data =
      zeros_in_large_pages<float>(static_cast<std::size_t>(channels) * picture.plane_size());
  return picture;
}

/// The first sample of a row of a channel. Picture: FloatImage or const FloatImage.
template <class Picture>
[[nodiscard]] auto* row(Picture& picture, int channel, int y = 0) {
  return picture.data.data() + static_cast<std::size_t>(channel) * picture.plane_size() +
         static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width);
}

}  // namespace imgcnn::image
