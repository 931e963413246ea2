#pragma once
// Running a verb inside a module.

#include "cli/engine.h"
#include "cli/engine/logging.h"
#include "cli/engine/outcome.h"
#include "imgcnn/base/interrupt.h"

namespace imgcnn::cli {

/// Runs the verb, with signals and the log set up, and turns whatever it throws into an outcome.
template <typename Run>
[[nodiscard]] Outcome guarded(Verbosity verbosity, LogStyle style, Run run) {
  try {
    install_signal_handlers();
    set_up_logging(verbosity, style);
    return run();
  } catch (...) {
    return current_failure();
  }
}

}  // namespace imgcnn::cli
