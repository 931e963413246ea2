// Rate-distortion curves by one of their metrics.
#include "imgcnn/eval/rd_curve.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/eval/metrics.h"

namespace imgcnn::eval {
namespace {

/// The points that the metric measured.
std::vector<RatePoint> measured(const std::vector<RdPoint>& points, const Metric& metric) {
  std::vector<RatePoint> known;
  for (const RdPoint& point : points) {
    if (const auto fidelity = fidelity_of(point, metric)) known.push_back({point.bpp, *fidelity});
  }
  return known;
}

}  // namespace

double ms_ssim_db(double ms_ssim) { return -10.0 * std::log10(std::max(1.0 - ms_ssim, 1e-6)); }

double bd_rate(const std::vector<RdPoint>& anchor, const std::vector<RdPoint>& test,
               const Metric& metric, const std::optional<BppRange>& range) {
  return imgcnn::bd_rate(measured(anchor, metric), measured(test, metric), range);
}

double psnr_at_bpp(const std::vector<RdPoint>& curve, double bpp) {
  return fidelity_at(measured(curve, find_metric("psnr")), bpp);
}

}  // namespace imgcnn::eval
