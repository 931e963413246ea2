// Rate-distortion curves: interpolation and the Bjontegaard difference.
#include "imgcnn/eval/rd_curve.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/eval/pchip.h"

namespace imgcnn::eval {
namespace {

/// Rate and fidelity both strictly rising: what is left of a curve once points that others beat are
/// gone.
struct Frontier {
  std::vector<double> log_rate;  ///< log10 of bpp
  std::vector<double> fidelity;
};

Frontier frontier_of(const std::vector<RdPoint>& points, const Metric& metric) {
  std::vector<std::pair<double, double>> known;  // rate, fidelity
  for (const RdPoint& point : points) {
    require(point.bpp > 0.0, ErrorCode::kInvalidArgument, "a rate-distortion point without a rate");
    if (const auto fidelity = fidelity_of(point, metric)) known.emplace_back(point.bpp, *fidelity);
  }
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  });
  Frontier frontier;
  for (const auto& [bpp, fidelity] : known) {
    if (!frontier.fidelity.empty() && fidelity <= frontier.fidelity.back()) continue;
    frontier.log_rate.push_back(std::log10(bpp));
    frontier.fidelity.push_back(fidelity);
  }
  require(frontier.fidelity.size() >= 2, ErrorCode::kInvalidArgument,
          "a rate-distortion curve needs two or more points");
  return frontier;
}

}  // namespace

double ms_ssim_db(double ms_ssim) { return -10.0 * std::log10(std::max(1.0 - ms_ssim, 1e-6)); }

double bd_rate(const std::vector<RdPoint>& anchor, const std::vector<RdPoint>& test,
               const Metric& metric, const std::optional<BppRange>& range) {
  double low = -HUGE_VAL;
  double high = HUGE_VAL;
  std::vector<Pchip> log_rates;
  for (const auto* curve : {&anchor, &test}) {
    const Frontier frontier = frontier_of(*curve, metric);
    const Pchip fidelity_at(frontier.log_rate, frontier.fidelity);
    const double lowest_rate =
        range ? std::max(std::log10(range->low), fidelity_at.front()) : fidelity_at.front();
    const double highest_rate =
        range ? std::min(std::log10(range->high), fidelity_at.back()) : fidelity_at.back();
    require(lowest_rate < highest_rate, ErrorCode::kInvalidArgument,
            "a curve has no rates inside the range compared");
    low = std::max(low, fidelity_at(lowest_rate));
    high = std::min(high, fidelity_at(highest_rate));
    log_rates.emplace_back(frontier.fidelity, frontier.log_rate);
  }
  require(low < high, ErrorCode::kInvalidArgument, "the curves have no fidelity in common");
  const double difference =
      (log_rates[1].integral(low, high) - log_rates[0].integral(low, high)) / (high - low);
  return 100.0 * (std::pow(10.0, difference) - 1.0);
}

double psnr_at_bpp(const std::vector<RdPoint>& curve, double bpp) {
  const Frontier frontier = frontier_of(curve, find_metric("psnr"));
  return Pchip(frontier.log_rate, frontier.fidelity)(std::log10(bpp));
}

}  // namespace imgcnn::eval
