#pragma once
// What a training starts from: an architecture and a recipe, in one JSON object. A new preset is a
// new JSON text.

#include <string>

#include "imgcnn/model/config.h"
#include "imgcnn/model/recipe.h"

namespace imgcnn::model {

struct Preset {
  ModelConfig config;
  TrainingRecipe recipe;
};

/// Parses and checks a JSON object with the keys of both; unknown keys and values out of range
/// throw kCorrupt naming the key and `origin`.
[[nodiscard]] Preset parse_preset(const std::string& json, const std::string& origin);

/// What a checkpoint was trained by. Throws kModelMissing when the file is none, kCorrupt.
[[nodiscard]] Preset read_preset(const bitstream::TensorFile& file, const std::string& origin);

/// A built-in preset ("classic", "fast", "high") or the JSON file `name`. Throws kInvalidArgument.
[[nodiscard]] Preset load_preset(const std::string& name);

}  // namespace imgcnn::model
