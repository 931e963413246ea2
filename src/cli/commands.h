#pragma once
// What each verb was asked to do, as the command line says it.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/parse.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/eval/evaluator.h"
#include "imgcnn/train/trainer.h"

namespace imgcnn::cli {

/// How much a verb says on stderr.
enum class Verbosity { kQuiet, kNormal, kVerbose };

/// Inputs and outputs of compress and decompress.
struct BatchOptions {
  std::vector<std::string> paths;  ///< IN and OUT; with output_dir: inputs only
  std::string output_dir;          ///< empty = one input, one output
  bool recursive = false;          ///< folders are searched and mirrored below output_dir
  bool force = false;              ///< overwrite existing outputs
  bool json = false;               ///< one JSON object a file on stdout
  Shard shard;
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  Verbosity verbosity = Verbosity::kNormal;
};

struct CompressCommand {
  BatchOptions batch;
  std::string model = "fast";  ///< name or file
  codec::CodecOptions codec;
  codec::EncodeOptions encode;
};

struct DecompressCommand {
  BatchOptions batch;
  std::string model;   ///< name or file; empty = found by the id in each input
  std::string format;  ///< extension without dot; empty = by the output's name, png where there is none
  codec::CodecOptions codec;
  bool undo_preprocessing = false;
  bool strict = false;  ///< refuse what the output format cannot keep instead of saying so
};

struct VerifyCommand {
  std::vector<std::string> files;
  std::string model;  ///< as in DecompressCommand
  codec::CodecOptions codec;
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  Verbosity verbosity = Verbosity::kNormal;
};

struct InfoCommand {
  std::string file;
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
