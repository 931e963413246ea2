// Freezing a run into a shipping model.

#include <spdlog/spdlog.h>
#include <torch/torch.h>

#include <array>
#include <filesystem>
#include <memory>
#include <random>

#include "checkpoint.h"
#include "context_network_training.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/codec/context_training.h"
#include "imgcnn/model/coding_tables.h"
#include "imgcnn/model/model_id.h"
#include "imgcnn/nn/weights.h"
#include "imgcnn/train/trainer.h"
#include "patch_sampler.h"
#include "run_data.h"

namespace imgcnn::train {
namespace {

constexpr int kContextCrop = 512;
constexpr std::array<double, 5> kContextQualities = {0, 20, 40, 60, 80};
// The network learns from other pictures than the counters: how those do on what they have not seen. Twelve times as
// many, each at one quality; every tenth is held out.
constexpr int kNetworkShare = 12;
constexpr std::array<double, 10> kNetworkQualities = {0, 10, 20, 30, 40, 50, 60, 70, 80, 90};
constexpr int kHeldOut = 10;
constexpr int kNetworkPart = 100;  ///< pictures whose observations are in memory at once
constexpr std::size_t kMostObservations = 60000, kMostHeldOut = 10000;  // of a picture
constexpr std::uint64_t kNetworkSeed = 1;

/// A shipped model is taught anew where a run would be frozen.
bool is_model(const ExportOptions& options) { return std::filesystem::is_regular_file(options.run); }

/// Pictures to teach the context model from; nothing when neither the caller nor the run has any.
std::unique_ptr<PackFile> context_pictures(const ExportOptions& options) {
  const std::string own = options.run + "/" + kPackName;
  if (options.data.size() == 1 && is_pack_file(options.data[0])) return std::make_unique<PackFile>(options.data[0]);
  if (!options.data.empty()) {
    PackOptions packing;
    packing.out = is_model(options) ? options.out + ".pack" : options.run + "/" + kContextPackName;
    packing.max_bytes =
        std::uint64_t{4} * static_cast<std::uint64_t>(options.pictures) * 3 * kContextCrop * kContextCrop;
    packing.crop = kContextCrop;
    std::filesystem::remove(packing.out);
    pack_pictures(find_pictures(options.data), packing);
    auto pack = std::make_unique<PackFile>(packing.out);
    // Beside a model there is no folder to keep it in; the mapping holds it as long as it is needed.
    if (is_model(options)) std::filesystem::remove(packing.out);
    return pack;
  }
  return std::filesystem::exists(own) ? std::make_unique<PackFile>(own) : nullptr;
}

/// At most `most` of a picture's, drawn at random, are added.
void add_some(const Observations& all, std::size_t most, std::mt19937& random, Observations& to) {
  for (const auto& observation : all) {
    if (random() % std::max(all.size(), most) < most) to.push_back(observation);
  }
}

/// The network is kept where it saves bits of pictures that it did not learn from.
template <class Picture>
void teach_network(codec::ContextTrainer& trainer, const Picture& picture, const ExportOptions& options, int channels) {
  const int first = options.pictures, count = kNetworkShare * options.pictures;
  std::mt19937 random(static_cast<std::mt19937::result_type>(kNetworkSeed));
  ContextNetworkTrainer network(channels, options.context_width, kNetworkSeed);
  Observations held_out;
  std::size_t learned = 0;
  spdlog::info("context network: what the counters make of {} other pictures", count);
  for (int start = 0; start < count; start += kNetworkPart) {
    const int end = std::min(start + kNetworkPart, count);
    Observations seen;
    for (int i = start; i < end; ++i) {
      const double quality = kNetworkQualities[static_cast<std::size_t>(i) % kNetworkQualities.size()];
      const auto observed = trainer.observe(picture(first + i), quality);
      // Shifted by one each round: so that every quality is held out in its turn.
      if ((i + i / kHeldOut) % kHeldOut == 0) add_some(observed, kMostHeldOut, random, held_out);
      else add_some(observed, kMostObservations, random, seen);
    }
    network.learn(seen, static_cast<double>(start) / count, static_cast<double>(end) / count);
    learned += seen.size();
    spdlog::info("context network: {} pictures, {} symbols", end, learned);
  }
  if (learned == 0 || held_out.empty()) return;
  auto weights = network.weights();
  const auto bits = observed_bits(held_out, entropy::ContextNetwork(weights, channels, "network"));
  const bool saves = bits.after < bits.before;
  spdlog::info("context network: {:.2f} % off the bits of pictures held out{}", 100 * (1 - bits.after / bits.before),
               saves ? "" : "; left out");
  if (saves) trainer.set_network(std::move(weights));
}

void teach_context(bitstream::TensorFile& model, const ExportOptions& options) {
  const auto pack = context_pictures(options);
  if (!pack) {
    spdlog::warn("{}: no pictures at hand (--data), so no context model: files will be some 5 % larger", options.out);
    return;
  }
  codec::ContextTrainer trainer(model, {options.device, options.threads});
  const PatchSampler sampler(*pack, TrainOptions{});
  const auto picture = [&](int i) {
    const auto crop = sampler.batch(i, 1, kContextCrop);
    const float* const data = crop.data_ptr<float>();
    return image::FloatImage{3, kContextCrop, kContextCrop, {data, data + crop.numel()}};
  };
  // Minutes each: nobody should wonder.
  spdlog::info("context model: which of its places tell most, from {} pictures", options.pictures);
  // Which places tell most about which needs fewer symbols than how much they tell.
  for (int i = 0; i < options.pictures; ++i) {
    trainer.survey(picture(i), kContextQualities[static_cast<std::size_t>(i) % kContextQualities.size()]);
  }
  spdlog::info("context model: counters, from {} pictures at {} qualities", options.pictures, kContextQualities.size());
  for (int i = 0; i < options.pictures; ++i) {
    for (const double quality : kContextQualities) trainer.learn(picture(i), quality);
  }
  trainer.relax();
  if (options.context_width > 0)
    teach_network(trainer, picture, options, model::read_config(model, options.out).latent_channels);
  trainer.put(model);
}

/// Tables, trellis and context models of another model. They tell of its symbols, so all that makes those must be the
/// same here; what makes a picture of them may differ.
void take_coding(bitstream::TensorFile& model, const ExportOptions& options) {
  const auto other = bitstream::parse_safetensors(read_file(options.coding_of), options.coding_of);
  const auto starts_with = [](const std::string& name, const std::string& prefix) {
    return name.rfind(prefix, 0) == 0;
  };
  const std::string weights = nn::kWeightsPrefix, synthesis = weights + "synthesis.", step = weights + "step.";
  for (auto tensor = model.tensors.begin(); tensor != model.tensors.end();) {
    const auto& [name, record] = *tensor;
    if (!starts_with(name, weights)) {
      tensor = model.tensors.erase(tensor);
      continue;
    }
    const auto same = other.tensors.find(name);
    require(starts_with(name, synthesis) || starts_with(name, step) ||
                (same != other.tensors.end() && same->second.bytes == record.bytes),
            ErrorCode::kInvalidArgument,
            options.coding_of + ": codes other symbols than " + options.run + " has: '" + name + "' differs");
    ++tensor;
  }
  for (const auto& [name, record] : other.tensors) {
    if (!starts_with(name, weights)) model.tensors[name] = record;
  }
}

/// A shipped model; what was taught on other tables than today's goes.
bitstream::TensorFile shipped_model(const std::string& path) {
  auto file = bitstream::parse_safetensors(read_file(path), path);
  if (model::read_config(file, path).hyper_channels > 0) model::drop_contexts(file);
  return file;
}

/// The averaged weights of a run as a model in memory.
bitstream::TensorFile frozen_run(const std::string& run) {
  const auto checkpoint = read_checkpoint(run);
  const auto model = nn::make_model(model::read_config(checkpoint, run + "/" + kCheckpointName));
  nn::load_weights(checkpoint, kAveragePrefix, *model);
  auto file = nn::freeze_model(*model);
  file.metadata["trained_steps"] = checkpoint.metadata.at("step");
  return file;
}

}  // namespace

void export_model(const ExportOptions& options) {
  const std::string &run = options.run, &out = options.out;
  constexpr int kStep = entropy::ContextNetwork::kNarrow, kMost = entropy::ContextNetwork::kMostWidth;
  require(
      options.context_width % kStep == 0 && options.context_width >= 0 && options.context_width <= kMost,
      ErrorCode::kInvalidArgument,
      "the context network's width must be a multiple of " + std::to_string(kStep) + " up to " + std::to_string(kMost));
  // Now rather than after minutes of teaching; devices and pipes are written to, as everywhere.
  if (!options.overwrite) refuse_to_replace(out);
  const bool takes = !options.coding_of.empty();
  require(!is_model(options) || !options.data.empty() || takes, ErrorCode::kInvalidArgument,
          run + ": a model is taught anew from pictures; name some with --data");
  auto file = is_model(options) ? shipped_model(run) : frozen_run(run);
  const auto config = model::read_config(file, run);
  if (takes) {
    take_coding(file, options);
  } else {
    if (config.hyper_channels > 0) model::put_scale_table(file, config, options.trellis_states);
    teach_context(file, options);
  }
  model::put_id_claim(file);
  write_file_atomically(out, bitstream::serialize_safetensors(file), options.overwrite);
  const auto steps = file.metadata.find("trained_steps");
  spdlog::info("{}: model '{}' after {} steps", out, config.name,
               steps == file.metadata.end() ? "unknown" : steps->second);
}

}  // namespace imgcnn::train
