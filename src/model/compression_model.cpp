// Architecture names to classes.

#include "imgcnn/model/compression_model.h"

#include "classic_model.h"
#include "fast_model.h"

namespace imgcnn::model {

std::shared_ptr<CompressionModel> make_model(const ModelConfig& config) {
  if (config.architecture == "classic") return std::make_shared<ClassicModel>(config);
  return std::make_shared<FastModel>(config);
}

}  // namespace imgcnn::model
