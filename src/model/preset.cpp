// Presets: those that are built in, and JSON files.

#include "imgcnn/model/preset.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "imgcnn/base/error.h"
#include "model/json_fields.h"

namespace imgcnn::model {
namespace {

Preset checked(const Preset& preset, const std::string& origin) {
  check_range(preset.recipe.trained_part == "all" || preset.config.architecture == "fast",
              "trained_part", origin);
  return preset;
}

Preset classic_preset() {
  Preset preset;
  ModelConfig& c = preset.config;
  c.name = c.architecture = "classic";
  c.latent_channels = 128;
  c.hyper_channels = 0;
  c.widths = {24, 48, 96, 128};
  c.analysis_widths.clear();
  c.analysis_blocks.clear();
  c.synthesis_blocks.clear();
  c.lambda_min = 0.0014;
  c.lambda_max = 0.05;
  preset.recipe.late_patch = 192;
  return preset;
}

Preset high_preset() {
  Preset preset;
  ModelConfig& c = preset.config;
  c.name = "high";
  // Nowhere smaller than fast and otherwise equal, so that fast's weights can start it (growth.h);
  // its own bounds are nearer to what its features reach.
  c.widths = c.analysis_widths = {192, 320};
  c.analysis_blocks = {5, 3};
  c.synthesis_blocks = {5, 3};
  c.feature_bounds = {16, 10};
  return preset;
}

}  // namespace

Preset parse_preset(const std::string& text, const std::string& origin) {
  const Json json = parse_object(text, origin);
  Json config = Json::object(), recipe = Json::object();
  for (const auto& [key, value] : json.items()) (is_recipe_key(key) ? recipe : config)[key] = value;
  return checked({parse_config(config.dump(), origin), parse_recipe(recipe.dump(), origin)},
                 origin);
}

Preset read_preset(const bitstream::TensorFile& file, const std::string& origin) {
  return checked({read_config(file, origin), read_recipe(file, origin)}, origin);
}

Preset load_preset(const std::string& name) {
  if (name == "fast") return {};
  if (name == "classic") return classic_preset();
  if (name == "high") return high_preset();
  require(std::filesystem::exists(name), ErrorCode::kInvalidArgument,
          "unknown preset '" + name + "': not classic, fast or high, and no such file");
  std::ifstream file(name);
  std::stringstream text;
  text << file.rdbuf();
  try {
    return parse_preset(text.str(), name);
  } catch (const Error& e) {
    throw Error(ErrorCode::kInvalidArgument, e.what());
  }
}

}  // namespace imgcnn::model
