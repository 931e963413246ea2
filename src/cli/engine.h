#pragma once
// The borders between the thin program and the modules that do the work.

#include <string>

#include "cli/commands.h"

namespace imgcnn::cli {

/// How a verb ended. Exceptions do not cross the border; this does.
struct Outcome {
  int exit_code = 0;
  std::string message;  ///< one line for stderr; empty = nothing to say
};

/// The verbs that make models: those of the module with LibTorch. Results go to stdout, everything
/// else to stderr.
class Training {
 public:
  Training() = default;
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;
  virtual ~Training() = default;
  [[nodiscard]] virtual Outcome train(const TrainCommand& command) = 0;
  [[nodiscard]] virtual Outcome pack(const PackCommand& command) = 0;
  [[nodiscard]] virtual Outcome export_model(const ExportCommand& command) = 0;
};

/// All verbs that compute. An engine hands those of Training over to the module with LibTorch.
class Engine : public Training {
 public:
  [[nodiscard]] virtual Outcome compress(const CompressCommand& command) = 0;
  [[nodiscard]] virtual Outcome decompress(const DecompressCommand& command) = 0;
  [[nodiscard]] virtual Outcome verify(const VerifyCommand& command) = 0;
  [[nodiscard]] virtual Outcome eval(const EvalCommand& command) = 0;
};

/// Type and name of the module's only symbol: gives an engine that lives as long as the process, or
/// null when the module was built from another version of the program.
using EngineFactory = Engine* (*)(const char* program_version);
constexpr const char* kEngineFactoryName = "imgcnn_engine";

/// The same of the module with LibTorch (codec/torch_module.h).
using TrainingFactory = Training* (*)(const char* program_version);
constexpr const char* kTrainingFactoryName = "imgcnn_torch_training";

/// The engine of the module, loaded once. Throws kInternal when it is not beside the program, nor
/// in ../lib/imgcnn from there, or cannot be loaded.
[[nodiscard]] Engine& load_engine();

}  // namespace imgcnn::cli
