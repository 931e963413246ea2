#pragma once
// The state of a run, complete enough that a resumed run equals an uninterrupted one.

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/model/recipe.h"
#include "imgcnn/nn/compression_model.h"
#include "optimizer.h"
#include "run_folder.h"

namespace imgcnn::train {

/// Sums over the steps since the last row of the log.
struct Interval {
  double loss = 0, bits_per_pixel = 0, distortion = 0;
  std::int64_t steps = 0;
};

/// Where a run stands, beside its tensors.
struct Progress {
  std::int64_t step = 0;  ///< steps done
  /// Length of the log at this point; what lies beyond is written again.
  std::uint64_t log_bytes = 0;
  double seconds = 0;  ///< training time of all sessions
  std::uint64_t seed = 0;
  Interval interval;
};

/// Writes RUN/checkpoint.safetensors atomically: weights "weights.*", their running averages
/// "average.*", the optimizer's moments, config, recipe and progress.
void save_checkpoint(const std::string& run, const model::TrainingRecipe& recipe,
                     const nn::CompressionModel& model, const nn::CompressionModel& average,
                     const Optimizer& optimizer, const Progress& progress);

/// Reads the checkpoint of a run. Throws kIo, kCorrupt.
[[nodiscard]] bitstream::TensorFile read_checkpoint(const std::string& run);

/// The same, or nothing where the run has none yet.
[[nodiscard]] std::optional<bitstream::TensorFile> find_checkpoint(const std::string& run);

/// Restores what `save_checkpoint` saved. Throws kCorrupt.
[[nodiscard]] Progress restore_checkpoint(const bitstream::TensorFile& file,
                                          nn::CompressionModel& model,
                                          nn::CompressionModel& average, Optimizer& optimizer);

constexpr const char* kAveragePrefix = "average.";

}  // namespace imgcnn::train
