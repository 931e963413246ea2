#include "weight_reader.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace imgcnn::runtime {

Matrix WeightReader::convolution(const std::string& name, int out, int in, int kernel) const {
  const auto raw = values(name + ".weight", {out, in, kernel, kernel});
  const int taps = kernel * kernel, padded = taps == 1 ? in : padded_channels(in);
  Matrix matrix{out, taps * padded, {}, values(name + ".bias", {out})};
  if (taps == 1) {
    matrix.weights = raw;
    return matrix;
  }
  matrix.weights.resize(static_cast<std::size_t>(out) * static_cast<std::size_t>(matrix.in));
  for (int o = 0; o < out; ++o) {
    for (int i = 0; i < in; ++i) {
      for (int k = 0; k < taps; ++k) {
        const auto to = static_cast<std::size_t>(o) * static_cast<std::size_t>(matrix.in) +
                        static_cast<std::size_t>(k * padded + i);
        matrix.weights[to] = raw[(static_cast<std::size_t>(o) * static_cast<std::size_t>(in) +
                                  static_cast<std::size_t>(i)) *
                                     static_cast<std::size_t>(taps) +
                                 static_cast<std::size_t>(k)];
      }
    }
  }
  return matrix;
}

Buffer<float> WeightReader::depthwise(const std::string& name, int channels) const {
  constexpr std::size_t kTaps = 9;
  const auto raw = values(name + ".weight", {channels, 1, 3, 3}),
             bias = values(name + ".bias", {channels});
  const auto padded = static_cast<std::size_t>(padded_channels(channels));
  Buffer<float> result((kTaps + 1) * padded);
  std::fill_n(result.data(), result.size(), 0.0F);
  for (std::size_t c = 0; c < bias.size(); ++c) {
    for (std::size_t k = 0; k < kTaps; ++k) result.data()[k * padded + c] = raw[c * kTaps + k];
    result.data()[kTaps * padded + c] = bias[c];
  }
  return result;
}

std::vector<float> WeightReader::values(const std::string& name,
                                        const std::vector<std::int64_t>& shape) const {
  return bitstream::get_f32(file_, prefix_ + name, shape);
}

RateFactors::RateFactors(const WeightReader& reader, const std::string& name, int knots,
                         int channels)
    : knots_(knots),
      channels_(channels),
      logs_(reader.values(name + ".log_knots", {knots, channels})) {}

std::vector<float> RateFactors::at(double quality) const {
  const double place = std::clamp(quality, 0.0, 1.0) * (knots_ - 1);
  const int left = std::min(static_cast<int>(place), knots_ - 2);
  const double share = place - left;
  const float* const low = logs_.data() + static_cast<std::ptrdiff_t>(left) * channels_;
  const float* const high = low + channels_;
  std::vector<float> factors(static_cast<std::size_t>(padded_channels(channels_)));
  for (int c = 0; c < channels_; ++c) {
    const double log =
        (1 - share) * static_cast<double>(low[c]) + share * static_cast<double>(high[c]);
    factors[static_cast<std::size_t>(c)] =
        static_cast<float>(portable_exp(std::clamp(log, -80.0, 80.0)));
  }
  return factors;
}

double portable_exp(double x) {
  // e^x = 2^n e^r, |r| <= ln 2 / 2; ln 2 in two parts, so that r is right to the last bit.
  constexpr double kLog2E = 1.4426950408889634, kLn2High = 0.693147180369123816490,
                   kLn2Low = 1.90821492927058770002e-10;
  const double n = std::floor(x * kLog2E + 0.5);
  const double r = (x - n * kLn2High) - n * kLn2Low;
  double sum = 1;
  for (int k = 14; k > 0; --k) sum = 1 + r / k * sum;
  return std::ldexp(sum, static_cast<int>(n));
}

}  // namespace imgcnn::runtime
