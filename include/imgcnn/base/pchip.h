#pragma once
// Monotone cubic interpolation.

#include <vector>

namespace imgcnn {

/// Piecewise cubic Hermite interpolant that is monotone wherever the data are.
/// Source: Fritsch and Butland, "A method for constructing local monotone piecewise cubic
/// interpolants", 1984.
class Pchip {
 public:
  /// x: strictly increasing, at least two values; y: as many. Throws kInvalidArgument.
  Pchip(std::vector<double> x, std::vector<double> y);

  /// The value at `x`, clamped to the range of the data.
  [[nodiscard]] double operator()(double x) const;
  /// The integral from a to b. Requires: front() <= a <= b <= back().
  [[nodiscard]] double integral(double a, double b) const;
  [[nodiscard]] double front() const { return x_.front(); }
  [[nodiscard]] double back() const { return x_.back(); }

 private:
  /// Index of the interval that holds x.
  [[nodiscard]] std::size_t interval(double x) const;
  /// The integral from the left end of interval i to x.
  [[nodiscard]] double partial_integral(std::size_t i, double x) const;

  std::vector<double> x_, y_, slope_;
};

}  // namespace imgcnn
