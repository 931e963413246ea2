#pragma once
// What each verb was asked to do, as the command line says it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/parse.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/codec/target.h"
#include "imgcnn/eval/evaluator.h"
#include "imgcnn/image/image_io.h"
#include "imgcnn/train/trainer.h"

namespace imgcnn::cli {

/// How much a verb says on stderr.
enum class Verbosity { kQuiet, kNormal, kVerbose };

/// Inputs and outputs of compress, decompress and verify.
struct BatchOptions {
  std::vector<std::string> paths;  ///< IN and OUT; inputs only when `many`, and for verify
  /// File that names further inputs, "-" = standard input; empty = none.
  std::string filelist;
  bool null_separated = false;  ///< names in `filelist` end with NUL instead of a line feed
  std::string output_dir;       ///< empty = beside the input
  std::string suffix;           ///< see parse_suffix; empty = the verb's own
  bool recursive = false;       ///< folders are searched and mirrored below output_dir
  bool force = false;           ///< overwrite existing outputs
  bool skip_existing = false;   ///< leave them and go on
  bool dry_run = false;         ///< read the inputs, say what would be written, write nothing
  bool json = false;            ///< one JSON object a file on stdout
  int in_flight = 0;            ///< pictures in memory at once; 0 = one more than threads
  Shard shard;
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  Verbosity verbosity = Verbosity::kNormal;

  /// Any number of inputs, their outputs named after them; otherwise IN OUT.
  [[nodiscard]] bool many() const { return !output_dir.empty() || !suffix.empty(); }
};

struct CompressCommand {
  BatchOptions batch;
  std::string model = "fast";  ///< name or file
  /// What the model is to be trained for; empty = for the eye where there is such a model.
  std::optional<codec::Tune> tune;
  codec::CodecOptions codec;
  codec::EncodeOptions encode;
  codec::Target target;
  /// Refuse what the file cannot keep, and targets out of reach, instead of saying so.
  bool strict = false;
};

struct DecompressCommand {
  BatchOptions batch;
  std::string model;  ///< name or file; empty = found by the id in each input
  /// Extension without dot; empty = by the output's name, png where there is none.
  std::string format;
  codec::CodecOptions codec;
  int png_level = image::PngOptions().level;
  bool preview = false;                 ///< at 1/8 of the resolution
  std::optional<codec::Region> region;  ///< only this part of each picture
  bool undo_preprocessing = false;
  bool strict = false;  ///< refuse what the output format cannot keep instead of saying so
};

struct VerifyCommand {
  BatchOptions batch;  ///< of its outputs nothing is used
  std::string model;   ///< as in DecompressCommand
  codec::CodecOptions codec;
};

struct InfoCommand {
  std::vector<std::string> files;
  bool json = false;
};

struct EvalCommand {
  eval::EvalOptions options;
  bool jpeg_at_size = false;  ///< adds to the table what JPEG reaches with the same bytes
  Verbosity verbosity = Verbosity::kNormal;
};

struct TrainCommand {
  train::TrainOptions options;
  Verbosity verbosity = Verbosity::kNormal;
};

struct PackCommand {
  train::PackOptions options;
  Verbosity verbosity = Verbosity::kNormal;
};

struct ExportCommand {
  train::ExportOptions options;
  Verbosity verbosity = Verbosity::kNormal;
};

}  // namespace imgcnn::cli
