#pragma once
// How a model is trained, as data: nothing that a reader of its files needs. No LibTorch here.

#include <cstdint>
#include <string>

#include "imgcnn/bitstream/safetensors.h"

namespace imgcnn::model {

/// Defaults of a training, overridden by the command line. Checkpoints keep them; in a model they
/// are a remark.
struct TrainingRecipe {
  /// "all", or "synthesis": the decoder's side alone, on symbols as files hold them; bits do not
  /// change then. Architecture "fast".
  std::string trained_part = "all";
  /// "muon" or "soap" (on kernels, with AdamW on the rest) or "adamw".
  std::string optimizer = "muon";
  double learning_rate = 2e-3;       ///< peak, of the named optimizer
  double learning_rate_rest = 1e-3;  ///< peak of AdamW on what Muon or SOAP does not take
  int batch = 12;                    ///< patches a step
  int patch = 128;                   ///< side of a patch, multiple of 64
  int late_batch = 4;                ///< the same in the last part of the schedule
  int late_patch = 256;
  double late_fraction = 0.2;  ///< share of the schedule that uses the late patches
  std::int64_t steps = 20000;  ///< length of the schedule when nothing is said
};

/// Reads the keys of a recipe from a JSON object and passes over all others. Values out of range
/// throw kCorrupt naming the key and `origin`.
[[nodiscard]] TrainingRecipe parse_recipe(const std::string& json, const std::string& origin);

/// The JSON object that `parse_recipe` reads back.
[[nodiscard]] std::string serialize_recipe(const TrainingRecipe& recipe);

/// Whether a recipe has a field of this name.
[[nodiscard]] bool is_recipe_key(const std::string& key);

/// Recipe of a checkpoint. Throws
/// kModelMissing when the file has neither, kCorrupt.
[[nodiscard]] TrainingRecipe read_recipe(const bitstream::TensorFile& file,
                                         const std::string& origin);

/// Keeps a recipe in a checkpoint or model.
void put_recipe(bitstream::TensorFile& file, const TrainingRecipe& recipe);

}  // namespace imgcnn::model
