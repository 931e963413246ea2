// The engine module: runs a verb and turns whatever it throws into an outcome.

#include "cli/engine.h"

#include <exception>
#include <new>
#include <string_view>

#include "cli/engine/logging.h"
#include "cli/engine/outcome.h"
#include "cli/engine/run.h"
#include "imgcnn/base/interrupt.h"
#include "imgcnn/base/version.h"

namespace imgcnn::cli {
namespace {

class LocalEngine final : public Engine {
 public:
  Outcome compress(const CompressCommand& command) override {
    return guarded(command.batch.verbosity, LogStyle::kPlain, [&] { return run_compress(command); });
  }
  Outcome decompress(const DecompressCommand& command) override {
    return guarded(command.batch.verbosity, LogStyle::kPlain, [&] { return run_decompress(command); });
  }
  Outcome verify(const VerifyCommand& command) override {
    return guarded(command.batch.verbosity, LogStyle::kPlain, [&] { return run_verify(command); });
  }
  Outcome eval(const EvalCommand& command) override {
    return guarded(command.verbosity, LogStyle::kTimed, [&] { return run_eval(command); });
  }
  Outcome train(const TrainCommand& command) override {
    return guarded(command.verbosity, LogStyle::kTimed, [&] {
      train::train(command.options);
      return Outcome{};
    });
  }
  Outcome pack(const PackCommand& command) override {
    return guarded(command.verbosity, LogStyle::kTimed, [&] {
      train::pack(command.options);
      return Outcome{};
    });
  }
  Outcome export_model(const ExportCommand& command) override {
    return guarded(command.verbosity, LogStyle::kPlain, [&] {
      train::export_model(command.options);
      return Outcome{};
    });
  }

 private:
  template <typename Run>
  static Outcome guarded(Verbosity verbosity, LogStyle style, Run run) {
    try {
      install_signal_handlers();
      set_up_logging(verbosity, style);
      return run();
    } catch (...) {
      return current_failure();
    }
  }
};

}  // namespace
}  // namespace imgcnn::cli

extern "C" imgcnn::cli::Engine* imgcnn_engine(const char* program_version) {
  if (std::string_view(program_version) != imgcnn::program_version()) return nullptr;
  static imgcnn::cli::LocalEngine engine;
  return &engine;
}
