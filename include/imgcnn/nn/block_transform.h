#pragma once
// The linear path from image to latent: a 16x16 block DCT in an opponent colour space as starting
// weights.

#include <torch/torch.h>

namespace imgcnn::nn {

/// Orthonormal atoms [count, 3 * 16 * 16] float32, rows ordered from the lowest frequency up, in
/// the channel order of `pixel_unshuffle(x, 16)` on RGB. Chroma frequencies count three times their
/// distance, as their variance falls sooner. Requires: 1 <= count <= 768.
[[nodiscard]] torch::Tensor block_dct_atoms(std::int64_t count);

/// Prior standard deviation of each atom's coefficient on photographs in [0, 1], float32 [count]:
/// falls with frequency. The unit in which layers that read the latent see it, and in which the
/// first scale rows are set.
[[nodiscard]] torch::Tensor block_dct_prior_deviation(std::int64_t count);

}  // namespace imgcnn::nn
