#pragma once
// A trainable codec: transforms, quantization and the float entropy models that training minimizes.
//
//   x --analysis--> y * gain --round(. - mean)--> symbols --(+ mean) * step--> y_hat --synthesis-->
//   x_hat
//                   |  ^                                        scale row, mean
//                   |  |                                                ^
//                   +--hyper_analysis--> z --round--> hyper symbols --hyper_synthesis
//
// Letters as in Minnen, Balle, Toderici, "Joint autoregressive and hierarchical priors", NeurIPS
// 2018. Architectures without a hyper-latent code y under a factorized prior (Balle, Laparra,
// Simoncelli, ICLR 2017).

#include <torch/torch.h>

#include <memory>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/entropy/integer_scale_network.h"
#include "imgcnn/model/config.h"

namespace imgcnn::nn {

/// What a training step needs: the reconstruction [N, 3, H, W] and the bits of each sample [N].
struct ModelOutput {
  torch::Tensor x_hat;
  torch::Tensor latent_bits;
  torch::Tensor hyper_bits;
};

/// Base of the architectures. Images are [N, 3, H, W] float32 in [0, 1] with H and W multiples of
/// 16; quality is [N] in [0, 1]. Latents are in units of the quantizer: rounding them gives
/// symbols.
class CompressionModel : public torch::nn::Module {
 public:
  explicit CompressionModel(model::ModelConfig config) : config_(std::move(config)) {}
  [[nodiscard]] const model::ModelConfig& config() const { return config_; }

  /// Type in which the transforms compute: kFloat32 (default) or kBFloat16. Weights and likelihoods
  /// stay float32.
  void set_compute_dtype(torch::ScalarType dtype) { compute_dtype_ = dtype; }

  /// x -> y * gain, float32 [N, M, H / 16, W / 16].
  virtual torch::Tensor analysis(const torch::Tensor& x, const torch::Tensor& quality) = 0;
  /// Dequantized symbols + mean -> image, float32, not clamped.
  virtual torch::Tensor synthesis(const torch::Tensor& y_hat, const torch::Tensor& quality) = 0;
  /// The same at 1/8 of the resolution, for less work where the architecture has a way: float32 [N,
  /// 3, 2 h, 2 w].
  virtual torch::Tensor preview(const torch::Tensor& y_hat, const torch::Tensor& quality);
  /// y * gain -> z * gain, float32 [N, C, ceil(h / 4), ceil(w / 4)]. Undefined tensor when there is
  /// no hyper-latent.
  virtual torch::Tensor hyper_analysis(const torch::Tensor& y, const torch::Tensor& quality) = 0;
  /// Hyper symbols -> mean of y * gain, float32 [N, M, h, w] cropped to the size given.
  virtual torch::Tensor hyper_synthesis(const torch::Tensor& z_hat, const torch::Tensor& quality,
                                        std::int64_t h, std::int64_t w) = 0;
  /// Training pass: straight-through rounding for what the decoder sees, uniform noise for the rate
  /// (Minnen and Singh, ICIP 2020, section 3.2).
  virtual ModelOutput forward(const torch::Tensor& x, const torch::Tensor& quality) = 0;
  /// The picture that a file of the default effort would show, and the bits of its symbols under
  /// static tables. Only the synthesis has gradients. Throws kInvalidArgument where the
  /// architecture has no such pass.
  virtual ModelOutput forward_quantized(const torch::Tensor& x, const torch::Tensor& quality);

  /// Adds the integer coding tables that belong to the weights as they are now
  /// (model/coding_tables.h reads them).
  virtual void freeze_tables(bitstream::TensorFile& file) const = 0;
  /// Sets the kernels of the scale head to what their integers stand for. Throws kCorrupt where
  /// there is no such head.
  virtual void thaw_scale_kernels(const entropy::IntegerScaleNetwork::Weights& integers);

 protected:
  [[nodiscard]] torch::ScalarType compute_dtype() const { return compute_dtype_; }

 private:
  model::ModelConfig config_;
  torch::ScalarType compute_dtype_ = torch::kFloat32;
};

/// Fresh weights drawn from torch's global generator.
[[nodiscard]] std::shared_ptr<CompressionModel> make_model(const model::ModelConfig& config);

}  // namespace imgcnn::nn
