// The architecture's JSON text.

#include "imgcnn/model/config.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/base/error.h"
#include "model/json_fields.h"

namespace imgcnn::model {
template <class Weights, class Visit>
static void visit_measures(Weights& w, Visit&& visit) {
  visit("mse", w.mse);
  visit("ms_ssim", w.ms_ssim);
  visit("ssimulacra2", w.ssimulacra2);
}

// Found by nlohmann::json through their names.
// NOLINTNEXTLINE(misc-use-internal-linkage)
void from_json(const Json& json, DistortionWeights& weights) {
  Json measures = json.is_string() ? Json{{json.get<std::string>(), 1.0}} : json;
  weights = {0, 0, 0};
  visit_measures(weights, [&](const char* name, double& weight) {
    weight = measures.value(name, 0.0);
    measures.erase(name);
  });
  require(measures.empty(), ErrorCode::kCorrupt,
          "unknown distortion '" + (measures.empty() ? "" : measures.begin().key()) + "'");
}

// NOLINTNEXTLINE(misc-use-internal-linkage)
void to_json(Json& json, const DistortionWeights& weights) {
  json = Json::object();
  visit_measures(weights, [&](const char* name, double weight) {
    if (weight != 0) json[name] = weight;
  });
  if (json.size() == 1 && json.front() == 1.0) json = json.items().begin().key();
}

template <class Config, class Visit>
static void visit_fields(Config& c, Visit&& visit) {
  visit("name", c.name);
  visit("architecture", c.architecture);
  visit("pool", c.pool);
  visit("latent_channels", c.latent_channels);
  visit("hyper_channels", c.hyper_channels);
  visit("scale_hidden", c.scale_hidden);
  visit("hyper_width", c.hyper_width);
  visit("widths", c.widths);
  visit("analysis_widths", c.analysis_widths);
  visit("analysis_blocks", c.analysis_blocks);
  visit("synthesis_blocks", c.synthesis_blocks);
  visit("rate_knots", c.rate_knots);
  visit("lambda_min", c.lambda_min);
  visit("lambda_max", c.lambda_max);
  visit("scale_rows", c.scale_rows);
  visit("scale_min", c.scale_min);
  visit("scale_max", c.scale_max);
  visit("latent_scale", c.latent_scale);
  visit("pixel_scale", c.pixel_scale);
  visit("mean_scale", c.mean_scale);
  visit("hyper_bound", c.hyper_bound);
  visit("feature_bounds", c.feature_bounds);
  visit("prior_levels", c.prior_levels);
  visit("distortion", c.distortion);
}

namespace {

constexpr const char* kConfigKey = "config";

void check_channels(const std::vector<int>& values, std::size_t size, int low, int high,
                    const char* key, const std::string& origin) {
  check_range(values.size() == size, key, origin);
  for (int v : values) check_range(v >= low && v <= high, key, origin);
}

void check_config(const ModelConfig& c, const std::string& origin) {
  const bool classic = c.architecture == "classic";
  check_range(classic || c.architecture == "fast", "architecture", origin);
  check_range(c.pool == "avg" || c.pool == "max", "pool", origin);
  check_range(c.distortion.mse >= 0 && c.distortion.ms_ssim >= 0 && c.distortion.ssimulacra2 >= 0,
              "distortion", origin);
  check_range(c.distortion.mse + c.distortion.ms_ssim + c.distortion.ssimulacra2 > 0, "distortion",
              origin);
  check_range(c.latent_channels >= 1 && c.latent_channels <= 768, "latent_channels", origin);
  check_range(c.hyper_channels >= (classic ? 0 : 1) && c.hyper_channels <= 512, "hyper_channels",
              origin);
  check_range(!classic || c.hyper_channels == 0, "hyper_channels", origin);
  check_range(c.scale_hidden >= 1 && c.scale_hidden <= 1024, "scale_hidden", origin);
  check_range(c.hyper_width >= 1 && c.hyper_width <= 1024, "hyper_width", origin);
  check_channels(c.widths, classic ? 4 : 2, 1, 1024, "widths", origin);
  if (!classic) {
    check_channels(c.analysis_widths, 2, 1, 1024, "analysis_widths", origin);
    check_channels(c.analysis_blocks, 2, 1, 64, "analysis_blocks", origin);
    check_channels(c.synthesis_blocks, 2, 1, 64, "synthesis_blocks", origin);
  }
  check_range(c.rate_knots >= 2 && c.rate_knots <= 64, "rate_knots", origin);
  check_range(c.lambda_min > 0 && c.lambda_max > c.lambda_min && c.lambda_max < 100, "lambda_max",
              origin);
  check_range(c.scale_rows >= 2 && c.scale_rows <= 1024, "scale_rows", origin);
  check_range(c.scale_min > 0.01 && c.scale_max > c.scale_min && c.scale_max <= 4096, "scale_max",
              origin);
  check_range(c.latent_scale > 0 && c.latent_scale <= 1, "latent_scale", origin);
  check_range(c.pixel_scale > 0 && c.pixel_scale <= 1, "pixel_scale", origin);
  check_range(c.mean_scale > 0 && c.mean_scale <= 1, "mean_scale", origin);
  check_range(c.hyper_bound > 0 && c.hyper_bound <= 64, "hyper_bound", origin);
  check_range(c.feature_bounds.size() == 2, "feature_bounds", origin);
  for (double bound : c.feature_bounds)
    check_range(bound >= 1 && bound <= 1e4, "feature_bounds", origin);
  check_range(c.prior_levels >= 2 && c.prior_levels <= 256, "prior_levels", origin);
}

}  // namespace

double ModelConfig::lambda(double quality01) const {
  return lambda_min * std::pow(lambda_max / lambda_min, quality01);
}

int ModelConfig::latent_reach() const {
  // classic: one 3x3 kernel at each of 1/1, 1/2, 1/4 and 1/8, which together reach less than one
  // position.
  if (analysis_blocks.empty()) return 1;
  // Each block has one 3x3 kernel; stage 0 is at 1/8, stage 1 at 1/16.
  const auto reach = [](const std::vector<int>& blocks) { return (blocks[0] + 1) / 2 + blocks[1]; };
  return std::max(reach(analysis_blocks), reach(synthesis_blocks));
}

ModelConfig parse_config(const std::string& text, const std::string& origin) {
  ModelConfig config;
  Json json = parse_object(text, origin);
  const bool one_width = json.contains("widths") && !json.contains("analysis_widths");
  take_fields(json, config, origin);
  if (one_width) config.analysis_widths = config.widths;
  require(json.empty(), ErrorCode::kCorrupt,
          origin + ": unknown config key '" + (json.empty() ? "" : json.begin().key()) + "'");
  check_config(config, origin);
  return config;
}

std::string serialize_config(const ModelConfig& config) { return fields_text(config); }

ModelConfig read_config(const bitstream::TensorFile& file, const std::string& origin) {
  const auto found = file.metadata.find(kConfigKey);
  require(found != file.metadata.end(), ErrorCode::kModelMissing,
          origin + ": not a model: it has no config");
  return parse_config(found->second, origin);
}

void put_config(bitstream::TensorFile& file, const ModelConfig& config) {
  file.metadata[kConfigKey] = serialize_config(config);
}

}  // namespace imgcnn::model
