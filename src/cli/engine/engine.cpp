// The engine module: compresses, decompresses, verifies, evaluates, and knows who trains.

#include "cli/engine.h"

#include <string_view>

#include "cli/engine/guarded.h"
#include "cli/engine/run.h"
#include "codec/torch_module.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/version.h"

namespace imgcnn::cli {
namespace {

Training& training() {
  const auto factory = reinterpret_cast<TrainingFactory>(codec::torch_symbol(kTrainingFactoryName));
  Training* const found = factory(program_version());
  require(found != nullptr, ErrorCode::kInternal,
          "the module with LibTorch belongs to another version of imgcnn");
  return *found;
}

// Signals and the log are the business of the module that does the work.
template <typename Command>
Outcome hand_over(Outcome (Training::*verb)(const Command&), const Command& command) {
  try {
    return (training().*verb)(command);
  } catch (...) {
    return current_failure();
  }
}

class LocalEngine final : public Engine {
 public:
  Outcome compress(const CompressCommand& command) override {
    return guarded(command.batch.verbosity, LogStyle::kPlain,
                   [&] { return run_compress(command); });
  }
  Outcome decompress(const DecompressCommand& command) override {
    return guarded(command.batch.verbosity, LogStyle::kPlain,
                   [&] { return run_decompress(command); });
  }
  Outcome verify(const VerifyCommand& command) override {
    return guarded(command.batch.verbosity, LogStyle::kPlain, [&] { return run_verify(command); });
  }
  Outcome eval(const EvalCommand& command) override {
    return guarded(command.verbosity, LogStyle::kTimed, [&] { return run_eval(command); });
  }
  Outcome train(const TrainCommand& command) override {
    return hand_over(&Training::train, command);
  }
  Outcome pack(const PackCommand& command) override { return hand_over(&Training::pack, command); }
  Outcome export_model(const ExportCommand& command) override {
    return hand_over(&Training::export_model, command);
  }
};

}  // namespace
}  // namespace imgcnn::cli

extern "C" imgcnn::cli::Engine* imgcnn_engine(const char* program_version) {
  if (std::string_view(program_version) != imgcnn::program_version()) return nullptr;
  static imgcnn::cli::LocalEngine engine;
  return &engine;
}
