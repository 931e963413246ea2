#include "imgcnn/image/psnr.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/base/error.h"

namespace imgcnn::image {

double psnr_db(const Image& original, const Image& decoded) {
  require(original.width == decoded.width && original.height == decoded.height,
          ErrorCode::kInvalidArgument, "pictures of different sizes cannot be compared");
  const std::size_t channels =
      original.colour_channels() == 1 && decoded.colour_channels() == 1 ? 1 : 3;
  // 65535 = 257 * 255: both depths are exact on the finer scale.
  const std::int64_t scale_a = original.bit_depth == 8 ? 257 : 1;
  const std::int64_t scale_b = decoded.bit_depth == 8 ? 257 : 1;
  const auto stride_a = static_cast<std::size_t>(original.channels);
  const auto stride_b = static_cast<std::size_t>(decoded.channels);
  const std::size_t step_a = original.colour_channels() == 3 ? 1 : 0;
  const std::size_t step_b = decoded.colour_channels() == 3 ? 1 : 0;
  double sum = 0.0;
  for (std::size_t i = 0; i < original.pixels(); ++i) {
    for (std::size_t c = 0; c < channels; ++c) {
      const std::int64_t difference = scale_a * original.samples[i * stride_a + c * step_a] -
                                      scale_b * decoded.samples[i * stride_b + c * step_b];
      sum += static_cast<double>(difference * difference);
    }
  }
  const double mse = sum / (static_cast<double>(original.pixels() * channels) * 65535.0 * 65535.0);
  return mse > 0.0 ? std::min(kMaxPsnr, -10.0 * std::log10(mse)) : kMaxPsnr;
}

}  // namespace imgcnn::image
