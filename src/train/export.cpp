// Freezing a run into a shipping model.

#include <spdlog/spdlog.h>
#include <torch/torch.h>

#include <array>
#include <filesystem>
#include <memory>

#include "checkpoint.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/codec/context_training.h"
#include "imgcnn/model/weights.h"
#include "imgcnn/train/trainer.h"
#include "patch_sampler.h"
#include "run_data.h"

namespace imgcnn::train {
namespace {

constexpr int kContextCrop = 512;
constexpr std::array<double, 5> kContextQualities = {0, 20, 40, 60, 80};

/// Pictures to teach the context model from; nothing when neither the caller nor the run has any.
std::unique_ptr<PackFile> context_pictures(const ExportOptions& options) {
  const std::string own = options.run + "/" + kPackName;
  if (options.data.size() == 1 && is_pack_file(options.data[0])) return std::make_unique<PackFile>(options.data[0]);
  if (!options.data.empty()) {
    PackOptions packing;
    packing.out = options.run + "/" + kContextPackName;
    packing.max_bytes = std::uint64_t{4} * static_cast<std::uint64_t>(options.pictures) * 3 * kContextCrop * kContextCrop;
    packing.crop = kContextCrop;
    std::filesystem::remove(packing.out);
    pack_pictures(find_pictures(options.data), packing);
    return std::make_unique<PackFile>(packing.out);
  }
  return std::filesystem::exists(own) ? std::make_unique<PackFile>(own) : nullptr;
}

void teach_context(bitstream::TensorFile& model, const ExportOptions& options) {
  const auto pack = context_pictures(options);
  if (!pack) {
    spdlog::warn("{}: no pictures at hand (--data), so no context model: files will be some 5 % larger", options.out);
    return;
  }
  codec::ContextTrainer trainer(model, {options.device, options.threads});
  const PatchSampler sampler(*pack, TrainOptions{});
  for (int i = 0; i < options.pictures; ++i) {
    const auto crop = sampler.batch(i, 1, kContextCrop);
    const float* const data = crop.data_ptr<float>();
    const image::FloatImage picture{3, kContextCrop, kContextCrop, {data, data + crop.numel()}};
    for (const double quality : kContextQualities) trainer.learn(picture, quality);
  }
  trainer.put(model);
}

}  // namespace

void export_model(const ExportOptions& options) {
  const std::string &run = options.run, &out = options.out;
  // Now rather than after minutes of teaching; devices and pipes are written to, as everywhere.
  require(options.overwrite || !std::filesystem::is_regular_file(out), ErrorCode::kWrite, out + ": exists; use -f to overwrite it");
  const auto checkpoint = read_checkpoint(run);
  const auto model = model::make_model(model::read_config(checkpoint, run + "/" + kCheckpointName));
  model::load_weights(checkpoint, kAveragePrefix, *model);
  auto file = model::freeze_model(*model);
  file.metadata["trained_steps"] = checkpoint.metadata.at("step");
  teach_context(file, options);
  write_file_atomically(out, bitstream::serialize_safetensors(file), options.overwrite);
  spdlog::info("{}: model '{}' after {} steps", out, model->config().name, checkpoint.metadata.at("step"));
}

}  // namespace imgcnn::train
