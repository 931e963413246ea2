// Loading models and choosing baselines.
#include "codec_under_test.h"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/eval/baselines.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

CodecUnderTest tested_model(const std::string& name,
                            const std::shared_ptr<const codec::Codec>& codec, int effort,
                            const std::vector<double>& qualities) {
  CodecUnderTest tested;
  tested.name = name;
  tested.is_model = true;
  tested.note = "imgcnn model " + codec->model_name() + ", id " + codec->model_id() + ", effort " +
                std::to_string(effort) + ", on " + codec->device_name();
  tested.qualities = qualities;
  tested.encode = [codec, effort](const image::Image& picture, double quality) {
    codec::EncodeOptions encode_options;
    encode_options.quality = quality;
    encode_options.effort = effort;
    return codec->encode(picture, encode_options).bytes;
  };
  tested.decode = [codec](ByteSpan file) { return codec->decode(file); };
  return tested;
}

/// One for every effort.
void add_model(const std::string& name, const EvalOptions& options,
               std::vector<CodecUnderTest>& tested_codecs) {
  const std::string path = codec::find_model(name);
  const auto codec = std::make_shared<codec::Codec>(path, options.codec);
  spdlog::info("model {}: {} ({}) on {}", path, codec->model_name(), codec->model_id(),
               codec->device_name());
  for (const int effort : options.efforts) {
    const std::string suffix = options.efforts.size() > 1 ? "-e" + std::to_string(effort) : "";
    tested_codecs.push_back(tested_model(std::filesystem::path(name).stem().string() + suffix,
                                         codec, effort, options.qualities));
  }
}

CodecUnderTest tested_baseline(Baseline baseline) {
  CodecUnderTest tested;
  tested.name = baseline.name;
  tested.qualities.assign(baseline.qualities.begin(), baseline.qualities.end());
  tested.decode = baseline.decode;
  tested.is_program = baseline.is_program;
  tested.note = baseline.note();
  tested.encode = [encode = std::move(baseline.encode)](const image::Image& picture,
                                                        double quality) {
    return encode(picture, static_cast<int>(quality));
  };
  return tested;
}

}  // namespace

std::vector<CodecUnderTest> codecs_under_test(const EvalOptions& options) {
  std::vector<CodecUnderTest> tested_codecs;
  // Baselines first: a misspelt one shows before any model is loaded.
  std::string missing;
  for (Baseline& baseline : choose_baselines(options.baselines, missing, options.python))
    tested_codecs.push_back(tested_baseline(std::move(baseline)));
  if (!missing.empty()) spdlog::info("left out: {}", missing);
  std::vector<CodecUnderTest> models;
  for (const std::string& name : options.models) add_model(name, options, models);
  tested_codecs.insert(tested_codecs.begin(), models.begin(), models.end());
  std::map<std::string, int> seen;
  for (CodecUnderTest& tested : tested_codecs) {
    const int times = ++seen[tested.name];
    if (times > 1) tested.name += "#" + std::to_string(times);
  }
  require(!tested_codecs.empty(), ErrorCode::kInvalidArgument,
          "neither a model nor a baseline to evaluate");
  require(models.empty() || !options.qualities.empty(), ErrorCode::kInvalidArgument,
          "no qualities to evaluate at");
  return tested_codecs;
}

image::Image read_picture(const std::string& path) {
  image::ReadOptions options;
  options.keep_metadata = false;
  return image::drop_alpha(image::read_image(path, options));
}

}  // namespace imgcnn::eval
