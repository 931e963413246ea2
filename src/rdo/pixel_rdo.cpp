// Least cost among few.

#include "imgcnn/rdo/pixel_rdo.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace imgcnn::rdo {

PixelRdo::PixelRdo(int channels, int bit_depth, double weight, double limit)
    : channels_(channels), level_(bit_depth == 16 ? 257.0 : 1.0), weight_(weight), limit_(limit) {}

std::size_t PixelRdo::choose(const entropy::PixelOption* options, std::size_t count) {
  std::size_t best = 0;
  double least = static_cast<double>(options[0].cost) / entropy::kCostOne;
  for (std::size_t i = 1; i < count; ++i) {
    double error = 0.0, largest = 0.0;
    for (int c = 0; c < channels_; ++c) {
      const double difference =
          std::abs(int{options[0].samples[c]} - int{options[i].samples[c]}) / level_;
      error += difference * difference / channels_;
      largest = std::max(largest, difference);
    }
    const double cost = static_cast<double>(options[i].cost) / entropy::kCostOne + weight_ * error;
    if (largest > limit_ || cost >= least) continue;
    least = cost;
    best = i;
  }
  return best;
}

}  // namespace imgcnn::rdo
