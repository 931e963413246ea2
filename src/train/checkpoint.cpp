// Checkpoints as safetensors.

#include "checkpoint.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/nn/weights.h"

namespace imgcnn::train {
namespace {

// Hexadecimal floats: exact, so that the log of a resumed run does not differ in its last digit.
std::string exact(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%a", value);
  return text;
}

template <class Visit>
void visit_progress(Progress& p, Visit&& visit) {
  visit("step", p.step);
  visit("log_bytes", p.log_bytes);
  visit("seconds", p.seconds);
  visit("seed", p.seed);
  visit("interval_loss", p.interval.loss);
  visit("interval_bits", p.interval.bits_per_pixel);
  visit("interval_distortion", p.interval.distortion);
  visit("interval_steps", p.interval.steps);
}

}  // namespace

void save_checkpoint(const std::string& run, const model::TrainingRecipe& recipe,
                     const nn::CompressionModel& model, const nn::CompressionModel& average,
                     const Optimizer& optimizer, const Progress& progress) {
  bitstream::TensorFile file;
  file.metadata["format"] = "imgcnn checkpoint 1";
  model::put_config(file, model.config());
  model::put_recipe(file, recipe);
  Progress copy = progress;
  visit_progress(copy, [&](const char* key, auto value) {
    if constexpr (std::is_floating_point_v<decltype(value)>) {
      file.metadata[key] = exact(value);
    } else {
      file.metadata[key] = std::to_string(value);
    }
  });
  nn::put_weights(file, nn::kWeightsPrefix, model);
  nn::put_weights(file, kAveragePrefix, average);
  for (const auto& [name, tensor] : optimizer.state()) nn::put_tensor(file, name, tensor);
  write_file_atomically(run + "/" + kCheckpointName, bitstream::serialize_safetensors(file), true);
}

bitstream::TensorFile read_checkpoint(const std::string& run) {
  const std::string path = run + "/" + kCheckpointName;
  return bitstream::parse_safetensors(read_file(path), path);
}

std::optional<bitstream::TensorFile> find_checkpoint(const std::string& run) {
  if (!std::filesystem::exists(run + "/" + kCheckpointName)) return std::nullopt;
  return read_checkpoint(run);
}

Progress restore_checkpoint(const bitstream::TensorFile& file, nn::CompressionModel& model,
                            nn::CompressionModel& average, Optimizer& optimizer) {
  Progress progress;
  visit_progress(progress, [&](const char* key, auto& value) {
    const auto found = file.metadata.find(key);
    require(found != file.metadata.end(), ErrorCode::kCorrupt,
            std::string("checkpoint: no entry '") + key + "'");
    if constexpr (std::is_floating_point_v<std::decay_t<decltype(value)>>) {
      value = std::strtod(found->second.c_str(), nullptr);
    } else {
      value = static_cast<std::decay_t<decltype(value)>>(
          std::strtoull(found->second.c_str(), nullptr, 10));
    }
  });
  nn::load_weights(file, nn::kWeightsPrefix, model);
  nn::load_weights(file, kAveragePrefix, average);
  for (auto& [name, tensor] : optimizer.state()) nn::load_tensor(file, name, tensor);
  optimizer.set_steps(progress.step);
  return progress;
}

}  // namespace imgcnn::train
