// The recipe's JSON text.

#include "imgcnn/model/recipe.h"

#include "imgcnn/base/error.h"
#include "model/json_fields.h"

namespace imgcnn::model {
template <class Recipe, class Visit>
static void visit_fields(Recipe& r, Visit&& visit) {
  visit("trained_part", r.trained_part);
  visit("optimizer", r.optimizer);
  visit("learning_rate", r.learning_rate);
  visit("learning_rate_rest", r.learning_rate_rest);
  visit("batch", r.batch);
  visit("patch", r.patch);
  visit("late_batch", r.late_batch);
  visit("late_patch", r.late_patch);
  visit("late_fraction", r.late_fraction);
  visit("steps", r.steps);
}

namespace {

constexpr const char* kRecipeKey = "recipe";

void check_recipe(const TrainingRecipe& r, const std::string& origin) {
  check_range(r.trained_part == "all" || r.trained_part == "synthesis", "trained_part", origin);
  check_range(r.optimizer == "muon" || r.optimizer == "soap" || r.optimizer == "adamw", "optimizer",
              origin);
  check_range(r.batch >= 1 && r.late_batch >= 1, "batch", origin);
  check_range(r.patch >= 64 && r.patch % 64 == 0, "patch", origin);
  check_range(r.late_patch >= 64 && r.late_patch % 64 == 0, "late_patch", origin);
  check_range(r.late_fraction >= 0 && r.late_fraction <= 1, "late_fraction", origin);
  check_range(r.learning_rate > 0 && r.learning_rate_rest > 0, "learning_rate", origin);
  check_range(r.steps >= 1, "steps", origin);
}

}  // namespace

TrainingRecipe parse_recipe(const std::string& text, const std::string& origin) {
  TrainingRecipe recipe;
  Json json = parse_object(text, origin);
  take_fields(json, recipe, origin);
  check_recipe(recipe, origin);
  return recipe;
}

std::string serialize_recipe(const TrainingRecipe& recipe) { return fields_text(recipe); }

bool is_recipe_key(const std::string& key) {
  bool found = false;
  TrainingRecipe recipe;
  visit_fields(recipe, [&](const char* name, auto&) { found = found || key == name; });
  return found;
}

TrainingRecipe read_recipe(const bitstream::TensorFile& file, const std::string& origin) {
  const auto text = file.metadata.find(kRecipeKey);
  require(text != file.metadata.end(), ErrorCode::kModelMissing,
          origin + ": not a checkpoint: it has no recipe");
  return parse_recipe(text->second, origin);
}

void put_recipe(bitstream::TensorFile& file, const TrainingRecipe& recipe) {
  file.metadata[kRecipeKey] = serialize_recipe(recipe);
}

}  // namespace imgcnn::model
