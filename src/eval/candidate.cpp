// Loading models and choosing baselines.
#include "candidate.h"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <map>
#include <memory>

#include "imgcnn/base/error.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/eval/baselines.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

Candidate model_candidate(const std::string& name, const std::shared_ptr<const codec::Codec>& codec, int effort,
                          const std::vector<double>& qualities) {
  Candidate candidate;
  candidate.name = name;
  candidate.is_model = true;
  candidate.note = "imgcnn model " + codec->model_name() + ", id " + codec->model_id() + ", effort " +
                   std::to_string(effort) + ", on " + codec->device_name();
  candidate.qualities = qualities;
  candidate.encode = [codec, effort](const image::Image& picture, double quality) {
    codec::EncodeOptions encode_options;
    encode_options.quality = quality;
    encode_options.effort = effort;
    return codec->encode(picture, encode_options).bytes;
  };
  candidate.decode = [codec](ByteSpan file) { return codec->decode(file); };
  return candidate;
}

/// One candidate for every effort.
void add_model(const std::string& name, const EvalOptions& options, std::vector<Candidate>& candidates) {
  const std::string path = codec::find_model(name);
  const auto codec = std::make_shared<codec::Codec>(path, options.codec);
  spdlog::info("model {}: {} ({}) on {}", path, codec->model_name(), codec->model_id(), codec->device_name());
  for (const int effort : options.efforts) {
    const std::string suffix = options.efforts.size() > 1 ? "-e" + std::to_string(effort) : "";
    candidates.push_back(
        model_candidate(std::filesystem::path(name).stem().string() + suffix, codec, effort, options.qualities));
  }
}

Candidate baseline_candidate(const Baseline& baseline) {
  Candidate candidate;
  candidate.name = baseline.name;
  candidate.qualities.assign(baseline.qualities.begin(), baseline.qualities.end());
  candidate.encode = [&baseline](const image::Image& picture, double quality) {
    return baseline.encode(picture, static_cast<int>(quality));
  };
  candidate.decode = baseline.decode;
  candidate.is_program = baseline.is_program;
  candidate.note = baseline.note;
  return candidate;
}

}  // namespace

std::vector<Candidate> make_candidates(const EvalOptions& options) {
  std::vector<Candidate> candidates;
  // Baselines first: a misspelt one shows before any model is loaded.
  std::string missing;
  for (const Baseline* baseline : choose_baselines(options.baselines, missing)) {
    candidates.push_back(baseline_candidate(*baseline));
  }
  if (!missing.empty()) spdlog::info("left out: {}", missing);
  std::vector<Candidate> models;
  for (const std::string& name : options.models) add_model(name, options, models);
  candidates.insert(candidates.begin(), models.begin(), models.end());
  std::map<std::string, int> seen;
  for (Candidate& candidate : candidates) {
    const int times = ++seen[candidate.name];
    if (times > 1) candidate.name += "#" + std::to_string(times);
  }
  require(!candidates.empty(), ErrorCode::kInvalidArgument, "neither a model nor a baseline to evaluate");
  require(models.empty() || !options.qualities.empty(), ErrorCode::kInvalidArgument, "no qualities to evaluate at");
  return candidates;
}

image::Image read_picture(const std::string& path) {
  image::ReadOptions options;
  options.keep_metadata = false;
  return image::drop_alpha(image::read_image(path, options));
}

}  // namespace imgcnn::eval
