#pragma once
// Peak signal-to-noise ratio.

#include "imgcnn/image/image.h"

namespace imgcnn::image {

/// What `psnr_db` says of identical pictures, and its ceiling, so that means stay finite.
constexpr double kMaxPsnr = 120.0;

/// 10 log10(1 / MSE) in dB, the MSE over all colour samples relative to full scale. Pictures of
/// different depth are compared at the finer one, grey against RGB as three equal channels; alpha
/// does not count. Ceiling: kMaxPsnr. Throws kInvalidArgument when the sizes differ.
[[nodiscard]] double psnr_db(const Image& original, const Image& decoded);

}  // namespace imgcnn::image
