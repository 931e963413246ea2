#pragma once
// Training: a preset, a pack of pictures and a run folder in, checkpoints and a log out. No
// LibTorch in this header.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace imgcnn::train {

struct TrainOptions {
  /// Folders of pictures (searched recursively), lists of them (.txt or .lst: a path a line,
  /// relative to the list's folder) and .pack files; each may end in ":WEIGHT", a positive number:
  /// its share of the patches is that over the sum of all, 1 where a source has none. Where no
  /// source has one, pictures count by their area.
  std::vector<std::string> data;
  /// The same for validation, without weights; empty = one picture in 50 of the folders and lists
  /// of `data`, chosen by a hash of the path relative to the folder.
  std::vector<std::string> valid;
  std::string out;              ///< run folder
  std::string preset = "fast";  ///< "classic", "fast", "high" or the path of a JSON preset
  /// "max" or "avg" for the classic architecture; empty = the preset's.
  std::string pool;
  /// Name or file of a model, or a checkpoint, of this network or a smaller one, to start the
  /// weights from; empty = fresh.
  std::string init;
  std::string device = "auto";
  std::string precision = "auto";  ///< "auto", "fp32", "bf16"
  int threads = 0;                 ///< 0 = all cores
  /// Length of the schedule in steps; 0 = by time_seconds or the preset.
  std::int64_t steps = 0;
  /// Length of the schedule in seconds of training, over all resumptions.
  double time_seconds = 0;
  std::uint64_t seed = 1;
  bool fresh = false;  ///< discard what the run folder holds instead of resuming
  // Augmentation: each patch draws its parameters uniformly from +- these ranges; 0 = off.
  float aug_brightness = 0.0F;  ///< added to samples in [0, 1]
  float aug_contrast = 0.0F;    ///< exponent range: contrast = exp(u), u in +- this
  float aug_colour = 0.0F;      ///< exponent range of each channel's gain
  bool aug_flip = true;         ///< mirrors every other patch left to right
  bool aug_turn = false;        ///< lays patches in quarter turns; with aug_flip upside down, too
  /// Reduces patches by exp(u), u in [0, this], by averaging; 0 = never. None is enlarged.
  float aug_scale = 0.0F;
};

/// Trains to the end of the schedule; resumes by itself when `out` holds a checkpoint. Unreadable
/// pictures are named, skipped and counted. SIGINT and SIGTERM save a checkpoint and throw
/// kInterrupted. Throws kWrite while another training works in `out`, kModelMissing when there is
/// no `init`, kIo for data that does not exist, kInvalidArgument for data without pictures and when
/// `out` was packed from other data than is named now, kInternal on a loss that is not finite,
/// naming the last good checkpoint.
void train(const TrainOptions& options);

struct PackOptions {
  std::vector<std::string> data;  ///< folders, searched recursively, or lists as for training
  std::string out;                ///< pack file
  /// 0 = no limit; else random crops until the file has about this size.
  std::uint64_t max_bytes = 0;
  int crop = 256;  ///< side of those crops
  std::uint64_t seed = 1;
};

/// Decodes a folder once into a memory-mapped file. Unreadable pictures are named, skipped and
/// counted.
void pack(const PackOptions& options);

struct ExportOptions {
  std::string run;  ///< run folder, or a model file whose context coder is to be taught anew
  std::string out;  ///< model file
  bool overwrite = false;
  /// Folders and lists, or one .pack file, to teach the context coder; empty = what the run was
  /// trained on.
  std::vector<std::string> data;
  /// Crops from which it learns where to look, its network from twelve times as many.
  int pictures = 160;
  int context_width = 64;   ///< of the context coder's network: a multiple of 32, at most 256
  int trellis_states = 32;  ///< of dependent quantization: a power of two, 32 to 1024
  std::string device = "auto";
  int threads = 0;  ///< CPU threads; 0 = all cores
  /// Model file whose tables, trellis and context coder to take over; empty = made as above.
  std::string coding_of;
};

/// Freezes a run's averaged weights into a shipping model: float weights (kernels in half
/// precision), integer coding tables, and its context coders (left out, with a warning, when there
/// are no pictures). A model file keeps its weights and tables. With `coding_of` all that codes
/// symbols comes from there: for a run that tuned the synthesis transform alone. Throws kIo,
/// kCorrupt, kWrite, kExists (`out`, and `overwrite` is false), kInvalidArgument (a model file
/// without `data` or `coding_of`, a width that is none, a `coding_of` whose symbols are others).
void export_model(const ExportOptions& options);

}  // namespace imgcnn::train
