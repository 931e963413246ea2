#pragma once
// Rate-distortion curves and the distance between two of them.

#include <optional>
#include <vector>

#include "imgcnn/base/bd_rate.h"

namespace imgcnn::eval {

struct Metric;

/// One quality setting, averaged over pictures. Of distortions those are empty that nobody
/// measured.
struct RdPoint {
  double quality = 0.0;
  double bpp = 0.0;                        ///< mean of bits per pixel over the pictures
  std::optional<double> psnr = {};         ///< mean of dB over the pictures
  std::optional<double> ms_ssim = {};      ///< mean, 0..1
  std::optional<double> ssimulacra2 = {};  ///< mean of scores, at most 100
  std::optional<double> butteraugli = {};  ///< mean of 3-norms, at least 0, lower is better
};

/// MS-SSIM as -10 log10(1 - x) in dB, which spreads what lies close to 1; at most 60.
[[nodiscard]] double ms_ssim_db(double ms_ssim);

/// The range in which reports compare codecs.
constexpr BppRange kReportRange = {0.15, 1.2};

/// imgcnn::bd_rate at equal fidelity by the metric (see fidelity_of); points that it did not
/// measure are left out.
[[nodiscard]] double bd_rate(const std::vector<RdPoint>& anchor, const std::vector<RdPoint>& test,
                             const Metric& metric,
                             const std::optional<BppRange>& range = std::nullopt);

/// PSNR of the curve at a rate, interpolated over the logarithm of the rate, clamped to the ends of
/// the curve. Throws kInvalidArgument when the curve has fewer than two points.
[[nodiscard]] double psnr_at_bpp(const std::vector<RdPoint>& curve, double bpp);

}  // namespace imgcnn::eval
