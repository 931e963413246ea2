#pragma once
// Exit statuses of the program, and of the C interface: the one table from what went wrong to what
// the shell sees.

#include "imgcnn/base/error.h"

namespace imgcnn {

enum ExitCode : int {
  kExitOk = 0,
  kExitProcessing = 1,  ///< anything without a status of its own; a batch in which a file failed
  kExitUsage = 2,
  kExitInput = 3,  ///< an input is missing, damaged or of a kind that is not handled
  kExitModel = 4,  ///< a model is missing or not the one a file needs
  kExitWrite = 5,
  kExitLimit = 6,          ///< a limit, or memory
  kExitInterrupted = 130,  ///< SIGINT; 128 + n for other signals
};

/// The status for an error; `kInterrupted` gives SIGINT's.
[[nodiscard]] int exit_code(ErrorCode code) noexcept;

}  // namespace imgcnn
