#pragma once
// What defines MS-SSIM: window, constants and weights of the scales, for the function on pictures
// (ms_ssim.h) and for the one on tensors (nn/ms_ssim.h). Source: Wang, Simoncelli, Bovik, Asilomar
// 2003, section 3.2.

#include <array>
#include <cstddef>
#include <cstdint>

namespace imgcnn::image {

constexpr int kSsimWindow = 11;
constexpr double kSsimSigma = 1.5;
constexpr double kSsimC1 = 0.01 * 0.01;  ///< (K1 L)^2 with full scale L = 1
constexpr double kSsimC2 = 0.03 * 0.03;
/// Exponents of the scales, finest first.
constexpr std::array<double, 5> kSsimScaleWeights = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

/// What a scale of less counts as where the similarity is maximized: a power below one has an
/// infinite slope at zero.
constexpr double kLeastSimilarity = 1e-4;

/// How many scales a picture has room for, by its shorter side; at least one.
[[nodiscard]] constexpr std::size_t ssim_scales(std::int64_t side) {
  std::size_t scales = 1;
  for (; scales < kSsimScaleWeights.size() && side / 2 >= kSsimWindow; side /= 2) ++scales;
  return scales;
}

}  // namespace imgcnn::image
