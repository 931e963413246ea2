// The Bjontegaard difference.

#include "imgcnn/base/bd_rate.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/base/error.h"
#include "imgcnn/base/pchip.h"

namespace imgcnn {
namespace {

/// Rate and fidelity both strictly rising: what is left of a curve once points that others beat are
/// gone.
struct Frontier {
  std::vector<double> log_rate;  ///< log10 of bpp
  std::vector<double> fidelity;
};

Frontier frontier_of(std::vector<RatePoint> points) {
  std::sort(points.begin(), points.end(), [](const RatePoint& a, const RatePoint& b) {
    return a.bpp != b.bpp ? a.bpp < b.bpp : a.fidelity > b.fidelity;
  });
  Frontier frontier;
  for (const RatePoint& point : points) {
    require(point.bpp > 0.0, ErrorCode::kInvalidArgument, "a rate-distortion point without a rate");
    if (!frontier.fidelity.empty() && point.fidelity <= frontier.fidelity.back()) continue;
    frontier.log_rate.push_back(std::log10(point.bpp));
    frontier.fidelity.push_back(point.fidelity);
  }
  require(frontier.fidelity.size() >= 2, ErrorCode::kInvalidArgument,
          "a rate-distortion curve needs two or more points");
  return frontier;
}

}  // namespace

double bd_rate(const std::vector<RatePoint>& anchor, const std::vector<RatePoint>& test,
               const std::optional<BppRange>& range) {
  double low = -HUGE_VAL;
  double high = HUGE_VAL;
  std::vector<Pchip> log_rates;
  for (const auto* curve : {&anchor, &test}) {
    const Frontier frontier = frontier_of(*curve);
    const Pchip fidelity(frontier.log_rate, frontier.fidelity);
    const double lowest_rate =
        range ? std::max(std::log10(range->low), fidelity.front()) : fidelity.front();
    const double highest_rate =
        range ? std::min(std::log10(range->high), fidelity.back()) : fidelity.back();
    require(lowest_rate < highest_rate, ErrorCode::kInvalidArgument,
            "a curve has no rates inside the range compared");
    low = std::max(low, fidelity(lowest_rate));
    high = std::min(high, fidelity(highest_rate));
    log_rates.emplace_back(frontier.fidelity, frontier.log_rate);
  }
  require(low < high, ErrorCode::kInvalidArgument, "the curves have no fidelity in common");
  const double difference =
      (log_rates[1].integral(low, high) - log_rates[0].integral(low, high)) / (high - low);
  return 100.0 * (std::pow(10.0, difference) - 1.0);
}

double fidelity_at(const std::vector<RatePoint>& curve, double bpp) {
  const Frontier frontier = frontier_of(curve);
  return Pchip(frontier.log_rate, frontier.fidelity)(std::log10(bpp));
}

}  // namespace imgcnn
