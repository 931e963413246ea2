// Monotone cubic interpolation.
#include "imgcnn/base/pchip.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "imgcnn/base/error.h"

namespace imgcnn {
namespace {

/// One-sided slope at an end from the two nearest intervals, kept from overshooting.
double end_slope(double near_width, double far_width, double near_secant, double far_secant) {
  const double slope = ((2.0 * near_width + far_width) * near_secant - near_width * far_secant) /
                       (near_width + far_width);
  if (slope * near_secant <= 0.0) return 0.0;
  const bool turns = near_secant * far_secant <= 0.0;
  return turns && std::abs(slope) > 3.0 * std::abs(near_secant) ? 3.0 * near_secant : slope;
}

}  // namespace

Pchip::Pchip(std::vector<double> x, std::vector<double> y)
    : x_(std::move(x)), y_(std::move(y)), slope_(x_.size()) {
  const std::size_t n = x_.size();
  const bool rising = std::adjacent_find(x_.begin(), x_.end(),
                                         [](double a, double b) { return !(a < b); }) == x_.end();
  require(n >= 2 && y_.size() == n && rising, ErrorCode::kInvalidArgument,
          "interpolation needs two or more points in rising order");
  std::vector<double> width(n - 1);
  std::vector<double> secant(n - 1);
  for (std::size_t i = 0; i + 1 < n; ++i) {
    width[i] = x_[i + 1] - x_[i];
    secant[i] = (y_[i + 1] - y_[i]) / width[i];
  }
  if (n == 2) {
    slope_ = {secant[0], secant[0]};
    return;
  }
  slope_.front() = end_slope(width[0], width[1], secant[0], secant[1]);
  slope_.back() = end_slope(width[n - 2], width[n - 3], secant[n - 2], secant[n - 3]);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    if (secant[i - 1] * secant[i] <= 0.0) continue;  // a local extremum stays flat
    const double left = 2.0 * width[i] + width[i - 1];
    const double right = width[i] + 2.0 * width[i - 1];
    slope_[i] = (left + right) / (left / secant[i - 1] + right / secant[i]);
  }
}

std::size_t Pchip::interval(double x) const {
  const auto above = std::upper_bound(x_.begin() + 1, x_.end() - 1, x);
  return static_cast<std::size_t>(above - x_.begin()) - 1;
}

double Pchip::operator()(double x) const {
  x = std::clamp(x, front(), back());
  const std::size_t i = interval(x);
  const double h = x_[i + 1] - x_[i];
  const double t = (x - x_[i]) / h;
  const double u = 1.0 - t;
  return y_[i] * (1.0 + 2.0 * t) * u * u + y_[i + 1] * t * t * (3.0 - 2.0 * t) +
         h * t * u * (slope_[i] * u - slope_[i + 1] * t);
}

double Pchip::partial_integral(std::size_t i, double x) const {
  // Simpson's rule is exact for cubics.
  return (x - x_[i]) / 6.0 * (y_[i] + 4.0 * (*this)(0.5 * (x_[i] + x)) + (*this)(x));
}

double Pchip::integral(double a, double b) const {
  const std::size_t first = interval(a);
  const std::size_t last = interval(b);
  double sum = partial_integral(last, b) - partial_integral(first, a);
  for (std::size_t i = first; i < last; ++i) sum += partial_integral(i, x_[i + 1]);
  return sum;
}

}  // namespace imgcnn
