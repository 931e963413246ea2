#pragma once
// spdlog as the verbs use it: to stderr, stdout is for results.

#include "cli/commands.h"

namespace imgcnn::cli {

/// Lines with or without the time of day in front.
enum class LogStyle { kPlain, kTimed };

/// Sets the process-wide logger up.
void set_up_logging(Verbosity verbosity, LogStyle style);

}  // namespace imgcnn::cli
