#pragma once
// The codec for CPUs: a linear block transform and a residual network side by side, mean-scale
// hyperprior without context.

#include <torch/torch.h>

#include <optional>
#include <vector>

#include "imgcnn/entropy/integer_scale_network.h"
#include "imgcnn/nn/compression_model.h"
#include "imgcnn/nn/entropy_models.h"
#include "imgcnn/nn/layers.h"
#include "latent_quantizer.h"

namespace imgcnn::nn {

/// Image <-> latent before the gain. The linear path (pixel unshuffle by 16, one matrix that starts
/// as a block DCT) carries the energy from the first step on; the residual network learns what is
/// left (compare AuxT, Li et al., ICLR 2025). Layers that read the latent see it in units of its
/// expected deviation, a constant kept in a buffer: the coefficients' sizes differ a hundredfold.
class FastAnalysisImpl : public torch::nn::Module {
 public:
  explicit FastAnalysisImpl(const model::ModelConfig& config);
  /// [N, 3, H, W] float32, quality [N] -> [N, M, H / 16, W / 16] float32.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& quality,
                        torch::ScalarType dtype);

 private:
  double latent_scale_;
  Conv linear_, stem_, head_;
  RateVectors rate_;
  torch::nn::Sequential blocks8_, blocks16_;
  Downsample down_;
};
TORCH_MODULE(FastAnalysis);

class FastSynthesisImpl : public torch::nn::Module {
 public:
  explicit FastSynthesisImpl(const model::ModelConfig& config);
  torch::Tensor forward(const torch::Tensor& y, const torch::Tensor& quality,
                        torch::ScalarType dtype);
  /// Means of 8x8 samples of the linear path: [N, M, h, w] -> [N, 3, 2 h, 2 w].
  torch::Tensor preview(const torch::Tensor& y);

 private:
  double pixel_scale_;
  std::vector<double> bounds_;  ///< of features at 1/8 and 1/16
  Conv linear_, stem_, head_;
  RateVectors rate_;
  torch::nn::Sequential blocks16_, blocks8_;
  Upsample up_;
  torch::Tensor deviation_;
};
TORCH_MODULE(FastSynthesis);

/// Row of the scale table for every symbol of y, from the hyper-latent before its gain. Float twin
/// of entropy/integer_scale_network.h: both must compute the same function up to rounding.
class ScaleHeadImpl : public torch::nn::Module {
 public:
  explicit ScaleHeadImpl(const model::ModelConfig& config);
  /// z [N, C, hz, wz] before the gain, quality [N] -> rows [N, M, 4 hz, 4 wz], float32 in [0, rows
  /// - 1].
  torch::Tensor forward(const torch::Tensor& z, const torch::Tensor& quality);
  /// The integer weights. hyper_gain: of z.
  [[nodiscard]] entropy::IntegerScaleNetwork::Weights freeze(RateVectors hyper_gain) const;
  /// The kernels as `freeze` rounded them.
  void thaw_kernels(const entropy::IntegerScaleNetwork::Weights& integers);
  /// Starts the rate bias at the rows that `deviation * gain` asks for. deviation: [M]; gain knots
  /// [K, M] (logs).
  void initialize(const torch::Tensor& deviation, const torch::Tensor& gain_log_knots);

 private:
  model::ModelConfig config_;
  Conv hidden_, index_;
  RateVectors rate_;
};
TORCH_MODULE(ScaleHead);

class FastModel : public CompressionModel {
 public:
  explicit FastModel(const model::ModelConfig& config);
  torch::Tensor analysis(const torch::Tensor& x, const torch::Tensor& quality) override;
  torch::Tensor synthesis(const torch::Tensor& y_hat, const torch::Tensor& quality) override;
  torch::Tensor preview(const torch::Tensor& y_hat, const torch::Tensor& quality) override;
  torch::Tensor hyper_analysis(const torch::Tensor& y, const torch::Tensor& quality) override;
  torch::Tensor hyper_synthesis(const torch::Tensor& z_hat, const torch::Tensor& quality,
                                std::int64_t h, std::int64_t w) override;
  ModelOutput forward(const torch::Tensor& x, const torch::Tensor& quality) override;
  ModelOutput forward_quantized(const torch::Tensor& x, const torch::Tensor& quality) override;
  void freeze_tables(bitstream::TensorFile& file) const override;
  void thaw_scale_kernels(const entropy::IntegerScaleNetwork::Weights& integers) override {
    scale_head_->thaw_kernels(integers);
  }

 private:
  torch::Tensor hyper_analysis_natural(const torch::Tensor& y_natural);
  torch::Tensor mean(const torch::Tensor& z_natural, const torch::Tensor& gain);
  [[nodiscard]] torch::Tensor sigma_of(const torch::Tensor& rows) const;

  FastAnalysis analysis_;
  FastSynthesis synthesis_;
  torch::nn::Sequential hyper_analysis_, hyper_synthesis_;
  ScaleHead scale_head_;
  /// Made when first asked for: its table takes time, and no codec wants it.
  std::optional<LatentQuantizer> quantizer_;
  FactorizedPrior hyper_prior_;
  /// [1, M, 1, 1]: expected size of each latent channel before its gain.
  torch::Tensor deviation_;
  /// step_ starts as 1 / gain_ and is free to shrink towards the mean.
  RateVectors gain_, step_, hyper_gain_;
};

}  // namespace imgcnn::nn
