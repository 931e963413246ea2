#pragma once
// MS-SSIM that can be differentiated: what training and the search of the encoder maximize for
// models tuned to it.

#include <torch/torch.h>

namespace imgcnn::nn {

/// Multi-scale structural similarity of each picture, mean of the channels: x, y [N, C, H, W]
/// float32 in [0, 1] -> [N], at most 1. Window 11x11 with sigma 1.5, inside the picture only;
/// scales that are too small for a window are left out and the other weights share theirs, as in
/// image/ms_ssim.h. Sources: Wang, Simoncelli, Bovik, Asilomar 2003; Wang et al., IEEE TIP 13(4),
/// 2004.
[[nodiscard]] torch::Tensor ms_ssim(const torch::Tensor& x, const torch::Tensor& y);

}  // namespace imgcnn::nn
