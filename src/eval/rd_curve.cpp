// Rate-distortion curves: interpolation and the Bjontegaard difference.
#include "imgcnn/eval/rd_curve.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/base/error.h"
#include "imgcnn/eval/pchip.h"

namespace imgcnn::eval {
namespace {

/// Rate and fidelity both strictly rising: what is left of a curve once points that others beat are
/// gone.
struct Frontier {
  std::vector<double> log_rate;  ///< log10 of bpp
  std::vector<double> decibels;
};

double decibels_of(const RdPoint& point, Fidelity fidelity) {
  return fidelity == Fidelity::kPsnr ? point.psnr : ms_ssim_db(point.ms_ssim);
}

Frontier frontier_of(std::vector<RdPoint> points, Fidelity fidelity) {
  std::sort(points.begin(), points.end(), [fidelity](const RdPoint& a, const RdPoint& b) {
    return a.bpp != b.bpp ? a.bpp < b.bpp : decibels_of(a, fidelity) > decibels_of(b, fidelity);
  });
  Frontier frontier;
  for (const RdPoint& point : points) {
    require(point.bpp > 0.0, ErrorCode::kInvalidArgument, "a rate-distortion point without a rate");
    const double decibels = decibels_of(point, fidelity);
    if (!frontier.decibels.empty() && decibels <= frontier.decibels.back()) continue;
    frontier.log_rate.push_back(std::log10(point.bpp));
    frontier.decibels.push_back(decibels);
  }
  require(frontier.decibels.size() >= 2, ErrorCode::kInvalidArgument,
          "a rate-distortion curve needs two or more points");
  return frontier;
}

}  // namespace

double ms_ssim_db(double ms_ssim) { return -10.0 * std::log10(std::max(1.0 - ms_ssim, 1e-6)); }

double bd_rate(const std::vector<RdPoint>& anchor, const std::vector<RdPoint>& test,
               const std::optional<BppRange>& range, Fidelity fidelity) {
  double low = -HUGE_VAL;
  double high = HUGE_VAL;
  std::vector<Pchip> log_rates;
  for (const auto* curve : {&anchor, &test}) {
    const Frontier frontier = frontier_of(*curve, fidelity);
    const Pchip decibels_at(frontier.log_rate, frontier.decibels);
    const double lowest_rate =
        range ? std::max(std::log10(range->low), decibels_at.front()) : decibels_at.front();
    const double highest_rate =
        range ? std::min(std::log10(range->high), decibels_at.back()) : decibels_at.back();
    require(lowest_rate < highest_rate, ErrorCode::kInvalidArgument,
            "a curve has no rates inside the range compared");
    low = std::max(low, decibels_at(lowest_rate));
    high = std::min(high, decibels_at(highest_rate));
    log_rates.emplace_back(frontier.decibels, frontier.log_rate);
  }
  require(low < high, ErrorCode::kInvalidArgument, "the curves have no fidelity in common");
  const double difference =
      (log_rates[1].integral(low, high) - log_rates[0].integral(low, high)) / (high - low);
  return 100.0 * (std::pow(10.0, difference) - 1.0);
}

double psnr_at_bpp(const std::vector<RdPoint>& curve, double bpp) {
  const Frontier frontier = frontier_of(curve, Fidelity::kPsnr);
  return Pchip(frontier.log_rate, frontier.decibels)(std::log10(bpp));
}

}  // namespace imgcnn::eval
