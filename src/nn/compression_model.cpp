// Architecture names to classes.

#include "imgcnn/nn/compression_model.h"

#include "classic_model.h"
#include "fast_model.h"
#include "imgcnn/base/error.h"

namespace imgcnn::nn {

torch::Tensor CompressionModel::preview(const torch::Tensor& y_hat, const torch::Tensor& quality) {
  return torch::avg_pool2d(synthesis(y_hat, quality), model::ModelConfig::kPreviewStride);
}

ModelOutput CompressionModel::forward_quantized(const torch::Tensor& x,
                                                const torch::Tensor& quality) {
  throw Error(ErrorCode::kInvalidArgument,
              "architecture '" + config_.architecture + "' has no decoder that is tuned alone");
}

void CompressionModel::thaw_scale_kernels(
    const entropy::IntegerScaleNetwork::Weights& /*integers*/) {
  throw Error(ErrorCode::kCorrupt, "architecture '" + config_.architecture + "' has no scale head");
}

std::shared_ptr<CompressionModel> make_model(const model::ModelConfig& config) {
  if (config.architecture == "classic") return std::make_shared<ClassicModel>(config);
  return std::make_shared<FastModel>(config);
}

}  // namespace imgcnn::nn
