#pragma once
// Building blocks of the transforms. Weights are kept in float32 and follow the dtype of the input,
// so that a caller chooses bf16 or fp32 by casting what it feeds in; this works alike on CPU, CUDA,
// LibTorch 1.13 and 2.x.

#include <torch/torch.h>

namespace imgcnn::nn {

/// Convolution [N, in, H, W] -> [N, out, H / stride, W / stride]. Odd kernels at stride 1 pad to
/// equal size; kernels equal to the stride do not pad. groups == in gives a depthwise convolution.
class ConvImpl : public torch::nn::Module {
 public:
  ConvImpl(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride = 1,
           std::int64_t groups = 1);
  torch::Tensor forward(const torch::Tensor& x);

  torch::Tensor weight;  ///< [out, in / groups, kernel, kernel]
  torch::Tensor bias;    ///< [out]

 private:
  std::int64_t stride_, padding_, groups_;
};
TORCH_MODULE(Conv);

/// Residual block on [N, C, H, W]: x + 1x1(dw3x3(lrelu(1x1(x)))), then x + 1x1(a * clamp(b, 0, 2))
/// with (a, b) = halves of a 1x1 to 2C. No normalization; the last layers start small. 5 C^2 + 9 C
/// MAC a position. Source: after the depth-convolution block of DCVC-RT (Jia et al., CVPR 2025),
/// with a bounded linear gate, which is cheap in bf16 and keeps outliers from growing.
class ResidualBlockImpl : public torch::nn::Module {
 public:
  explicit ResidualBlockImpl(std::int64_t channels);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  Conv mix_in_, mix_depthwise_, mix_out_, gate_in_, gate_out_;
};
TORCH_MODULE(ResidualBlock);

/// Halves the resolution: 2x2 convolution with stride 2 plus a pooled shortcut (2x2 average
/// pooling, 1x1).
class DownsampleImpl : public torch::nn::Module {
 public:
  DownsampleImpl(std::int64_t in, std::int64_t out);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  Conv strided_, shortcut_;
};
TORCH_MODULE(Downsample);

/// Doubles the resolution: 1x1 to 4 * out, then pixel shuffle.
class UpsampleImpl : public torch::nn::Module {
 public:
  UpsampleImpl(std::int64_t in, std::int64_t out);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  Conv expand_;
};
TORCH_MODULE(Upsample);

/// Per-channel factors for every rate: knots in the log domain, linear between, so factors are
/// log-linear over quality.
class RateVectorsImpl : public torch::nn::Module {
 public:
  /// All factors start at exp(first_log + slope_log * quality).
  RateVectorsImpl(std::int64_t knots, std::int64_t channels, double first_log = 0.0,
                  double slope_log = 0.0);
  /// quality: [N] in [0, 1]. Returns the logarithms [N, C, 1, 1], float32.
  torch::Tensor logs(const torch::Tensor& quality);
  /// The factors themselves.
  torch::Tensor forward(const torch::Tensor& quality);

  torch::Tensor log_knots;  ///< [K, C]
};
TORCH_MODULE(RateVectors);

/// Rounds with the gradient of the identity (straight-through estimator).
[[nodiscard]] torch::Tensor round_ste(const torch::Tensor& x);

/// clamp(x, low, high) whose gradient passes outside the interval only where it leads back inside.
/// Passing it everywhere ends in a runaway where values beyond it look the same: silent symbols ask
/// for ever lower rows of the scale table. Source: the one-sided rule of Balle et al., ICLR 2018,
/// code of `LowerBound`.
[[nodiscard]] torch::Tensor clamp_inward(const torch::Tensor& x, double low, double high);

/// max(x, bound) whose gradient passes where it would lift x. Source: Balle et al., ICLR 2018, code
/// of `LowerBound`.
[[nodiscard]] torch::Tensor lower_bound(const torch::Tensor& x, double bound);

/// Number of weights of a module.
[[nodiscard]] std::int64_t parameter_count(const torch::nn::Module& module);

}  // namespace imgcnn::nn
