#pragma once
// Distortion and rate of one picture.

#include <cstddef>

#include "imgcnn/image/image.h"
#include "imgcnn/image/psnr.h"

namespace imgcnn::eval {

using image::kMaxPsnr;
using image::psnr_db;

/// Multi-scale structural similarity, 0..1, 1 for identical pictures: computed on R, G and B, then
/// averaged; on the one channel when both pictures are grey. Gaussian window of 11x11 (sigma 1.5),
/// five scales. Pictures with a side below 161 pixels use as many scales as fit, their weights
/// scaled to sum 1; below 11 pixels the window shrinks. Throws kInvalidArgument when the sizes
/// differ. Source: Wang, Simoncelli, Bovik, "Multi-scale structural similarity for image quality
/// assessment", 2003, eq. 7.
[[nodiscard]] double ms_ssim(const image::Image& original, const image::Image& decoded);

/// 8 * bytes / pixels.
[[nodiscard]] double bits_per_pixel(std::size_t bytes, const image::Image& picture);

}  // namespace imgcnn::eval
