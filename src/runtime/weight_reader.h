#pragma once
// The weights of a model file as matrices of products.

#include <string>
#include <vector>

#include "imgcnn/bitstream/safetensors.h"
#include "packed_weights.h"

namespace imgcnn::runtime {

/// Reads "<prefix><name>". Throws kCorrupt naming a tensor that is missing or of another shape.
class WeightReader {
 public:
  WeightReader(const bitstream::TensorFile& file, std::string prefix)
      : file_(file), prefix_(std::move(prefix)) {}

  /// Convolution of an odd kernel, or of one that is as large as its stride: columns are [kernel
  /// y][kernel x][in, padded].
  [[nodiscard]] Matrix convolution(const std::string& name, int out, int in, int kernel = 1) const;
  /// Depthwise 3x3 convolution: [9][channels, padded] and the bias behind.
  [[nodiscard]] Buffer<float> depthwise(const std::string& name, int channels) const;
  /// The tensor as it is.
  [[nodiscard]] std::vector<float> values(const std::string& name,
                                          const std::vector<std::int64_t>& shape) const;

 private:
  const bitstream::TensorFile& file_;
  std::string prefix_;
};

/// Factors of channels for every quality: log-linear between knots.
class RateFactors {
 public:
  RateFactors() = default;
  RateFactors(const WeightReader& reader, const std::string& name, int knots, int channels);
  /// [channels, padded with zeros] at a quality of 0..1; the same bits on every machine.
  [[nodiscard]] std::vector<float> at(double quality) const;

 private:
  int knots_ = 0, channels_ = 0;
  std::vector<float> logs_;
};

/// e^x, |x| <= 700, the same bits on every machine, right to about 1e-15: libraries round as they
/// like.
[[nodiscard]] double portable_exp(double x);

}  // namespace imgcnn::runtime
