#pragma once
// The textbook codec: convolution, ReLU and pooling down to a 1x1 bottleneck, mirrored decoder,
// factorized prior.

#include <torch/torch.h>

#include <vector>

#include "imgcnn/nn/compression_model.h"
#include "imgcnn/nn/entropy_models.h"
#include "imgcnn/nn/layers.h"

namespace imgcnn::nn {

/// Source of the training objective: Balle, Laparra, Simoncelli, "End-to-end optimized image
/// compression", ICLR 2017; the transforms are the plain convolutional autoencoder. There is no
/// hyper-latent.
class ClassicModel : public CompressionModel {
 public:
  explicit ClassicModel(const model::ModelConfig& config);
  torch::Tensor analysis(const torch::Tensor& x, const torch::Tensor& quality) override;
  torch::Tensor synthesis(const torch::Tensor& y_hat, const torch::Tensor& quality) override;
  torch::Tensor hyper_analysis(const torch::Tensor& y, const torch::Tensor& quality) override;
  torch::Tensor hyper_synthesis(const torch::Tensor& z_hat, const torch::Tensor& quality,
                                std::int64_t h, std::int64_t w) override;
  ModelOutput forward(const torch::Tensor& x, const torch::Tensor& quality) override;
  void freeze_tables(bitstream::TensorFile& file) const override;

 private:
  std::vector<Conv> encoder_, decoder_;
  Conv bottleneck_in_, bottleneck_out_;
  FactorizedPrior prior_;
  RateVectors gain_, step_;
};

}  // namespace imgcnn::nn
