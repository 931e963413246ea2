// Rate-distortion curves: interpolation and the Bjontegaard difference.
#include "imgcnn/eval/rd_curve.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/base/error.h"
#include "imgcnn/eval/pchip.h"

namespace imgcnn::eval {
namespace {

/// Rate and PSNR both strictly rising: what is left of a curve once points that others beat are gone.
struct Frontier {
  std::vector<double> log_rate;  ///< log10 of bpp
  std::vector<double> psnr;
};

Frontier frontier_of(std::vector<RdPoint> points) {
  std::sort(points.begin(), points.end(),
            [](const RdPoint& a, const RdPoint& b) { return a.bpp != b.bpp ? a.bpp < b.bpp : a.psnr > b.psnr; });
  Frontier frontier;
  for (const RdPoint& point : points) {
    require(point.bpp > 0.0, ErrorCode::kInvalidArgument, "a rate-distortion point without a rate");
    if (!frontier.psnr.empty() && point.psnr <= frontier.psnr.back()) continue;
    frontier.log_rate.push_back(std::log10(point.bpp));
    frontier.psnr.push_back(point.psnr);
  }
  require(frontier.psnr.size() >= 2, ErrorCode::kInvalidArgument, "a rate-distortion curve needs two or more points");
  return frontier;
}

}  // namespace

double ms_ssim_db(double ms_ssim) { return -10.0 * std::log10(std::max(1.0 - ms_ssim, 1e-6)); }

double bd_rate(const std::vector<RdPoint>& anchor, const std::vector<RdPoint>& test,
               const std::optional<BppRange>& range) {
  double low = -HUGE_VAL;
  double high = HUGE_VAL;
  std::vector<Pchip> log_rates;
  for (const auto* curve : {&anchor, &test}) {
    const Frontier frontier = frontier_of(*curve);
    const Pchip psnr_of_rate(frontier.log_rate, frontier.psnr);
    const double lowest_rate = range ? std::max(std::log10(range->low), psnr_of_rate.front()) : psnr_of_rate.front();
    const double highest_rate = range ? std::min(std::log10(range->high), psnr_of_rate.back()) : psnr_of_rate.back();
    require(lowest_rate < highest_rate, ErrorCode::kInvalidArgument, "a curve has no rates inside the range compared");
    low = std::max(low, psnr_of_rate(lowest_rate));
    high = std::min(high, psnr_of_rate(highest_rate));
    log_rates.emplace_back(frontier.psnr, frontier.log_rate);
  }
  require(low < high, ErrorCode::kInvalidArgument, "the curves have no PSNR in common");
  const double difference = (log_rates[1].integral(low, high) - log_rates[0].integral(low, high)) / (high - low);
  return 100.0 * (std::pow(10.0, difference) - 1.0);
}

double psnr_at_bpp(const std::vector<RdPoint>& curve, double bpp) {
  const Frontier frontier = frontier_of(curve);
  return Pchip(frontier.log_rate, frontier.psnr)(std::log10(bpp));
}

}  // namespace imgcnn::eval
