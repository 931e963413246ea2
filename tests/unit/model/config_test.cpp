// Presets and their JSON.

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"
#include "imgcnn/model/model_id.h"
#include "imgcnn/model/preset.h"

namespace imgcnn::model {
namespace {

void expect_refused(const std::string& json, const std::string& mentioned) {
  try {
    (void)parse_preset(json, "test");
    FAIL() << "accepted: " << json;
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
    EXPECT_NE(std::string(e.what()).find(mentioned), std::string::npos) << e.what();
  }
}

TEST(Config, PresetsSurviveTheRoundTrip) {
  for (const char* name : {"classic", "fast", "high"}) {
    const auto [config, recipe] = load_preset(name);
    EXPECT_EQ(config.name, name);
    const auto text = serialize_config(config), recipe_text = serialize_recipe(recipe);
    EXPECT_EQ(serialize_config(parse_config(text, "test")), text);
    EXPECT_EQ(serialize_recipe(parse_recipe(recipe_text, "test")), recipe_text);
    bitstream::TensorFile file;
    put_config(file, config);
    put_recipe(file, recipe);
    EXPECT_EQ(file.metadata.at("config"), text);
    const auto read = read_preset(file, "test");
    EXPECT_EQ(serialize_config(read.config), text);
    EXPECT_EQ(serialize_recipe(read.recipe), recipe_text);
  }
}

TEST(Config, HighIsAPresetOfTheFastArchitecture) {
  EXPECT_EQ(load_preset("high").config.architecture, "fast");
}

TEST(Config, ARecipeIsNoPartOfTheConfig) {
  const std::string both = R"({"latent_channels": 96, "steps": 7, "trained_part": "synthesis"})";
  const auto preset = parse_preset(both, "test");
  EXPECT_EQ(preset.config.latent_channels, 96);
  EXPECT_EQ(preset.recipe.steps, 7);
  const auto text = serialize_config(preset.config);
  EXPECT_EQ(text, serialize_config(parse_config(R"({"latent_channels": 96})", "test")));
  EXPECT_EQ(text.find("steps"), std::string::npos);
  EXPECT_EQ(serialize_recipe(preset.recipe).find("latent_channels"), std::string::npos);
  EXPECT_TRUE(is_recipe_key("late_fraction"));
  EXPECT_FALSE(is_recipe_key("lambda_min"));

  // The id is of the config, whatever the recipe.
  bitstream::TensorFile file;
  put_config(file, preset.config);
  const auto id = model_id(file);
  put_recipe(file, preset.recipe);
  EXPECT_EQ(model_id(file), id);
  put_config(file, {});
  EXPECT_NE(model_id(file), id);
}

TEST(Config, AModelHasItsRecipeBesideTheConfig) {
  bitstream::TensorFile file;
  file.metadata["config"] = R"({"latent_channels": 96, "steps": 7})";
  EXPECT_THROW((void)read_config(file, "test"), Error);
  EXPECT_THROW((void)read_recipe(file, "test"), Error);
  // What a recipe does not know is a remark
  file.metadata["recipe"] = R"({"steps": 8, "mood": "good"})";
  EXPECT_EQ(read_recipe(file, "test").steps, 8);
}

TEST(Config, EncoderIsAsWideAsTheDecoderUnlessTheTextSaysMore) {
  const auto one = parse_config(R"({"widths": [8, 16]})", "test");
  EXPECT_EQ(one.analysis_widths, one.widths);
  const auto two = parse_config(R"({"widths": [8, 16], "analysis_widths": [12, 24]})", "test");
  EXPECT_EQ(two.widths, (std::vector<int>{8, 16}));
  EXPECT_EQ(two.analysis_widths, (std::vector<int>{12, 24}));
}

TEST(Config, LambdaIsLogLinear) {
  const ModelConfig c;
  EXPECT_DOUBLE_EQ(c.lambda(0), c.lambda_min);
  EXPECT_NEAR(c.lambda(1), c.lambda_max, 1e-12);
  EXPECT_NEAR(c.lambda(0.5) * c.lambda(0.5), c.lambda_min * c.lambda_max, 1e-12);
}

TEST(Config, RefusesWhatItDoesNotKnow) {
  expect_refused("[]", "JSON object");
  expect_refused("{", "bad config");
  expect_refused(R"({"latnet_channels": 3})", "latnet_channels");
  expect_refused(R"({"latent_channels": "many"})", "bad config");
  expect_refused(R"({"latent_channels": 0})", "latent_channels");
  expect_refused(R"({"latent_channels": 769})", "latent_channels");
  expect_refused(R"({"architecture": "slow"})", "architecture");
  expect_refused(R"({"patch": 100})", "patch");
  expect_refused(R"({"batch": "many"})", "bad config");
  expect_refused(R"({"widths": [8]})", "widths");
  expect_refused(R"({"analysis_widths": [8]})", "analysis_widths");
  expect_refused(R"({"lambda_min": 0})", "lambda");
  expect_refused(R"({"optimizer": "sgd"})", "optimizer");
  expect_refused(R"({"distortion": "vmaf"})", "distortion");
  expect_refused(R"({"distortion": {"mse": 1, "vmaf": 1}})", "vmaf");
  expect_refused(R"({"distortion": {"mse": -1, "ms_ssim": 2}})", "distortion");
  expect_refused(R"({"distortion": {}})", "distortion");
  expect_refused(R"({"distortion": 3})", "bad config");
  expect_refused(R"({"trained_part": "analysis"})", "trained_part");
  expect_refused(
      R"({"architecture": "classic", "trained_part": "synthesis", "hyper_channels": 0, "widths": [8, 8, 8, 8]})",
      "trained_part");
}

TEST(Config, UnknownPresetIsAUsageError) {
  try {
    (void)load_preset("no-such-preset");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace imgcnn::model
