// Freezing a run into a shipping model.

#include <spdlog/spdlog.h>
#include <torch/torch.h>

#include "checkpoint.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/model/weights.h"
#include "imgcnn/train/trainer.h"

namespace imgcnn::train {

void export_model(const std::string& run, const std::string& out, bool overwrite) {
  const auto checkpoint = read_checkpoint(run);
  const auto model = model::make_model(model::read_config(checkpoint, run + "/" + kCheckpointName));
  model::load_weights(checkpoint, kAveragePrefix, *model);
  auto file = model::freeze_model(*model);
  file.metadata["trained_steps"] = checkpoint.metadata.at("step");
  write_file_atomically(out, bitstream::serialize_safetensors(file), overwrite);
  spdlog::info("{}: model '{}' after {} steps", out, model->config().name, checkpoint.metadata.at("step"));
}

}  // namespace imgcnn::train
