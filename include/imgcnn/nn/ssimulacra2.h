#pragma once
// SSIMULACRA 2.1 that can be differentiated: what training and the search of the encoder make small
// for models tuned to the eye.

#include <torch/torch.h>

namespace imgcnn::nn {

/// Weighted sum of the norms of the error maps, from which the score is computed
/// (image/ssimulacra2.h): shown, original [N, 3, H, W] float32, sRGB in [0, 1], -> [N], 0 where
/// both are equal. The score itself has an unbounded slope there, so it is this sum that is made
/// small. Samples of `shown` outside [0, 1] count as the nearest that a picture can have, and only
/// gradients that point back inside reach them. Pictures
/// with a side under 8 have no scale and are all equal. Source: as
/// image/ssimulacra2_constants.h.
[[nodiscard]] torch::Tensor ssimulacra2_distance(const torch::Tensor& shown,
                                                 const torch::Tensor& original);

/// The same by tensor operations alone, which any device has. On the CPU they and their derivatives
/// take three times as long as the function on pictures, which the one above calls there.
[[nodiscard]] torch::Tensor ssimulacra2_distance_of_tensors(const torch::Tensor& shown,
                                                            const torch::Tensor& original);

}  // namespace imgcnn::nn
