// Freezing a run into a shipping model.

#include <spdlog/spdlog.h>
#include <torch/torch.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "checkpoint.h"
#include "context/context_teaching.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/entropy/context_mlp.h"
#include "imgcnn/model/coding_tables.h"
#include "imgcnn/model/model_id.h"
#include "imgcnn/model/preset.h"
#include "imgcnn/nn/weights.h"
#include "imgcnn/train/trainer.h"
#include "packing.h"
#include "patch_sampler.h"
#include "run_data.h"

namespace imgcnn::train {
namespace {

constexpr int kContextCrop = 512;
/// Of each picture so much is packed: the network learns more from other places than from the same
/// ones once more.
constexpr int kContextPackCrop = 2 * kContextCrop;
/// The network learns from so many crops for each picture asked for; references are known from few
/// pictures.
constexpr int kNetworkShare = 12, kMostSurveyed = 120;

/// A shipped model is taught anew where a run would be frozen.
bool is_model(const ExportOptions& options) {
  return std::filesystem::is_regular_file(options.run);
}

/// Pictures to teach the context coder from; none when neither the caller nor the run has any.
std::vector<WeightedPack> context_pictures(const ExportOptions& options) {
  if (options.data.size() == 1 && is_pack_file(options.data[0]))
    return {{std::make_shared<PackFile>(options.data[0]), {}}};
  if (!options.data.empty()) {
    PackOptions packing;
    packing.out = is_model(options) ? options.out + ".pack" : options.run + "/" + kContextPackName;
    packing.max_bytes = std::uint64_t{16} * static_cast<std::uint64_t>(options.pictures) * 3 *
                        kContextCrop * kContextCrop;
    packing.crop = kContextPackCrop;
    std::filesystem::remove(packing.out);
    pack_pictures(find_pictures(options.data), packing);
    auto pack = std::make_shared<PackFile>(packing.out);
    // Beside a model there is no folder to keep it in; the mapping holds it as long as it is
    // needed.
    if (is_model(options)) std::filesystem::remove(packing.out);
    return {{std::move(pack), {}}};
  }
  return find_run_packs(options.run);
}

void teach_from_pictures(bitstream::TensorFile& model, const ExportOptions& options) {
  const auto packs = context_pictures(options);
  if (packs.empty()) {
    spdlog::warn(
        "{}: no pictures at hand (--data), so no context coder: files will be some 7 % larger",
        options.out);
    return;
  }
  const PatchSampler sampler(packs, TrainOptions{});
  TeachingOptions teaching;
  teaching.codec = {options.device, options.threads};
  teaching.width = options.context_width;
  teaching.survey_pictures = std::min(options.pictures, kMostSurveyed);
  teaching.pictures = kNetworkShare * options.pictures;
  teaching.picture = [&](int i) {
    const auto crop = sampler.batch(i, 1, kContextCrop);
    const float* const data = crop.data_ptr<float>();
    return image::FloatImage{3, kContextCrop, kContextCrop, {data, data + crop.numel()}};
  };
  teach_context(model, teaching);
}

/// Whether both have the same weights under this name: by value, for training may turn a zero's
/// sign.
bool same_weights(const bitstream::TensorFile& a, const bitstream::TensorFile& b,
                  const std::string& name) {
  const auto& shape = bitstream::get_record(a, name).shape;
  const auto found = b.tensors.find(name);
  return found != b.tensors.end() && found->second.shape == shape &&
         bitstream::get_f32(a, name, shape) == bitstream::get_f32(b, name, shape);
}

/// Tables, trellis and context coders of another model. They tell of its symbols, so all that makes
/// those must be the same here; what makes a picture of them may differ.
void take_coding(bitstream::TensorFile& model, const ExportOptions& options) {
  auto other = bitstream::parse_safetensors(read_file(options.coding_of), options.coding_of);
  nn::narrow_kernels(other);  // as those of `model` are
  const auto starts_with = [](const std::string& name, const std::string& prefix) {
    return name.rfind(prefix, 0) == 0;
  };
  const std::string weights = nn::kWeightsPrefix, synthesis = weights + "synthesis.",
                    step = weights + "step.";
  for (auto tensor = model.tensors.begin(); tensor != model.tensors.end();) {
    const auto& [name, record] = *tensor;
    if (!starts_with(name, weights)) {
      tensor = model.tensors.erase(tensor);
      continue;
    }
    require(
        starts_with(name, synthesis) || starts_with(name, step) || same_weights(model, other, name),
        ErrorCode::kInvalidArgument,
        options.coding_of + ": codes other symbols than " + options.run + " has: '" + name +
            "' differs");
    ++tensor;
  }
  for (const auto& [name, record] : other.tensors) {
    if (!starts_with(name, weights)) model.tensors[name] = record;
  }
}

/// A shipped model, its config and weights as they are written today; what was taught on other
/// tables than today's goes.
bitstream::TensorFile shipped_model(const std::string& path) {
  auto file = bitstream::parse_safetensors(read_file(path), path);
  const auto config = model::read_config(file, path);
  model::put_config(file, config);
  if (config.hyper_channels > 0) model::drop_contexts(file);
  return file;
}

/// The averaged weights of a run as a model in memory.
bitstream::TensorFile frozen_run(const std::string& run) {
  const auto checkpoint = read_checkpoint(run);
  const auto preset = model::read_preset(checkpoint, run + "/" + kCheckpointName);
  const auto model = nn::make_model(preset.config);
  nn::load_weights(checkpoint, kAveragePrefix, *model);
  auto file = nn::freeze_model(*model);
  model::put_recipe(file, preset.recipe);
  file.metadata["trained_steps"] = checkpoint.metadata.at("step");
  return file;
}

}  // namespace

void export_model(const ExportOptions& options) {
  const std::string &run = options.run, &out = options.out;
  constexpr int kStep = entropy::ContextMlpWeights::kWidthStep,
                kMost = entropy::ContextMlpWeights::kMostWidth;
  require(options.context_width % kStep == 0 && options.context_width >= kStep &&
              options.context_width <= kMost,
          ErrorCode::kInvalidArgument,
          "the context network's width must be a multiple of " + std::to_string(kStep) + " up to " +
              std::to_string(kMost));
  // Now rather than after minutes of teaching; devices and pipes are written to, as everywhere.
  if (!options.overwrite) refuse_to_replace(out);
  const bool takes = !options.coding_of.empty();
  require(!is_model(options) || !options.data.empty() || takes, ErrorCode::kInvalidArgument,
          run + ": a model is taught anew from pictures; name some with --data");
  auto file = is_model(options) ? shipped_model(run) : frozen_run(run);
  // First, so that what is taught is taught from the weights that are stored
  nn::narrow_kernels(file);
  const auto config = model::read_config(file, run);
  if (takes) {
    take_coding(file, options);
  } else {
    if (config.hyper_channels > 0) model::put_scale_table(file, config, options.trellis_states);
    teach_from_pictures(file, options);
  }
  model::put_id_claim(file);
  write_file_atomically(out, bitstream::serialize_safetensors(file), options.overwrite);
  const auto steps = file.metadata.find("trained_steps");
  spdlog::info("{}: model '{}' after {} steps", out, config.name,
               steps == file.metadata.end() ? "unknown" : steps->second);
}

}  // namespace imgcnn::train
