// MS-SSIM.
#include "imgcnn/eval/metrics.h"

#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/ms_ssim.h"

namespace imgcnn::eval {

double ms_ssim(const image::Image& original, const image::Image& decoded) {
  require(original.width == decoded.width && original.height == decoded.height,
          ErrorCode::kInvalidArgument, "pictures of different sizes cannot be compared");
  image::FloatImage a = image::to_float_rgb(original), b = image::to_float_rgb(decoded);
  if (original.colour_channels() == 1 && decoded.colour_channels() == 1) {
    for (image::FloatImage* grey : {&a, &b}) {
      grey->channels = 1;
      grey->data.resize(grey->plane_size());
    }
  }
  return image::ms_ssim(b, a, 0.0, false).value;
}

double bits_per_pixel(std::size_t bytes, const image::Image& picture) {
  return 8.0 * static_cast<double>(bytes) / static_cast<double>(picture.pixels());
}

}  // namespace imgcnn::eval
