// Sources to the packs of a run.

#include "run_data.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "data_source.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "packing.h"
#include "run_folder.h"
#include "source_record.h"

namespace imgcnn::train {
namespace {

namespace fs = std::filesystem;

/// RUN/data.pack, RUN/data-2.pack, ...: of the source with this number, from 0.
std::string pack_path(const std::string& run, const char* name, std::size_t source) {
  const fs::path plain = fs::path(run) / name;
  if (source == 0) return plain.string();
  return (plain.parent_path() /
          (plain.stem().string() + "-" + std::to_string(source + 1) + plain.extension().string()))
      .string();
}

std::size_t pack_whole(const std::vector<SourcePicture>& pictures, const std::string& path) {
  PackOptions options;
  options.out = path;
  return pack_pictures(pictures, options);
}

/// What --data and --valid name.
struct NamedSources {
  std::vector<DataSource> training, validation;

  [[nodiscard]] bool names(const std::string& path) const {
    const auto is_it = [&path](const DataSource& source) { return same_file(source.path, path); };
    return std::any_of(training.begin(), training.end(), is_it) ||
           std::any_of(validation.begin(), validation.end(), is_it);
  }
};

NamedSources find_sources(const TrainOptions& options) {
  NamedSources named;
  for (const auto& text : options.data) named.training.push_back(find_weighted_source(text));
  for (const auto& path : options.valid) named.validation.push_back(find_source(path));
  const auto is_pack = [](const DataSource& source) { return source.pack != nullptr; };
  require(!named.validation.empty() ||
              !std::all_of(named.training.begin(), named.training.end(), is_pack),
          ErrorCode::kInvalidArgument, "training from packs alone needs --valid");
  return named;
}

/// Removes the record of the run and the packs of so many sources, but nothing that is named.
void remove_packs(const std::string& run, std::size_t sources, const NamedSources& named) {
  fs::remove(fs::path(run) / kSourcesName);
  for (std::size_t i = 0; i < sources; ++i) {
    for (const char* name : {kPackName, kValidPackName}) {
      const auto path = pack_path(run, name, i);
      if (!named.names(path)) fs::remove(path);
    }
  }
}

/// The record of what the run folder holds and may go on with; without one there are no packs there
/// any more but those that are named.
std::optional<SourceRecord> find_usable_record(const NamedSources& named,
                                               const TrainOptions& options) {
  const std::string& run = options.out;
  const auto record = read_source_record(run);
  const auto first_pack = pack_path(run, kPackName, 0);
  if (record && !options.fresh) {
    check_sources(record->training, named.training, "--data", run);
    check_sources(record->validation, named.validation, "--valid", run);
    return record;
  }
  // Packs without a record are those of a start that was cut short, or of an older program.
  const bool resumes = !options.fresh && fs::exists(fs::path(run) / kCheckpointName);
  require(!resumes || !fs::exists(first_pack) || same_file(named.training[0].path, first_pack),
          ErrorCode::kInvalidArgument,
          run + ": does not say what its " + kPackName + " was packed from; name that and its " +
              kValidPackName + " as --data and --valid, or begin with --fresh");
  const std::size_t sources = record ? std::max(record->training.size(), record->validation.size())
                                     : std::max(named.training.size(), named.validation.size());
  remove_packs(run, sources, named);
  return std::nullopt;
}

}  // namespace

RunData::RunData(const TrainOptions& options) {
  const std::string& run = options.out;
  // All that is named is found, before the first pack takes its time.
  const auto named = find_sources(options);
  const auto before = find_usable_record(named, options);
  const bool split = named.validation.empty();
  SourceRecord record;
  for (std::size_t i = 0; i < named.training.size(); ++i) {
    const auto& source = named.training[i];
    auto packed = before ? before->training[i] : describe_source(source);
    const auto path = pack_path(run, kPackName, i), held_out = pack_path(run, kValidPackName, i);
    if (!source.pack && !fs::exists(path)) {
      packed.skipped =
          split ? pack_split(source.pictures, path, held_out) : pack_whole(source.pictures, path);
    }
    training_.push_back(
        {source.pack ? source.pack : std::make_shared<PackFile>(path), source.weight});
    if (split && !source.pack && fs::exists(held_out))
      validation_.push_back({std::make_shared<PackFile>(held_out), {}});
    skipped_ += packed.skipped;
    record.training.push_back(std::move(packed));
  }
  for (std::size_t i = 0; i < named.validation.size(); ++i) {
    const auto& source = named.validation[i];
    auto packed = before ? before->validation[i] : describe_source(source);
    const auto path = pack_path(run, kValidPackName, i);
    if (!source.pack && !fs::exists(path)) packed.skipped = pack_whole(source.pictures, path);
    validation_.push_back({source.pack ? source.pack : std::make_shared<PackFile>(path), {}});
    record.validation.push_back(std::move(packed));
  }
  // Tiny collections: better pictures seen twice than no validation at all.
  if (validation_.empty()) validation_ = training_;
  write_source_record(run, record);
}

std::string RunData::summary(int side) const {
  std::size_t pictures = 0, small = 0;
  const auto limit = static_cast<std::uint32_t>(side);
  for (const auto& source : training_) {
    const auto& entries = source.pack->entries();
    pictures += entries.size();
    small += static_cast<std::size_t>(std::count_if(
        entries.begin(), entries.end(),
        [limit](const PackEntry& entry) { return entry.width < limit || entry.height < limit; }));
  }
  return std::to_string(pictures) + " pictures of " + std::to_string(training_.size()) +
         (training_.size() == 1 ? " source, " : " sources, ") + std::to_string(small) +
         " smaller than a patch (continued by mirroring), " + std::to_string(skipped_) + " skipped";
}

std::vector<WeightedPack> find_run_packs(const std::string& run) {
  std::vector<WeightedPack> packs;
  const auto record = read_source_record(run);
  const auto sources = record ? record->training : std::vector<PackedSource>(1);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (const auto& path : {pack_path(run, kPackName, i), sources[i].path}) {
      if (!is_pack_file(path)) continue;
      packs.push_back({std::make_shared<PackFile>(path), {}});
      break;
    }
  }
  return packs;
}

}  // namespace imgcnn::train
