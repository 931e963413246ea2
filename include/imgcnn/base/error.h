#pragma once
// The one error type of the project and the codes that the command line turns into exit statuses.

#include <stdexcept>
#include <string>
#include <utility>

namespace imgcnn {

/// What went wrong, in the terms a caller can act on. `cli/exit_code.h` maps each to an exit
/// status.
enum class ErrorCode {
  kInvalidArgument,     ///< the caller asked for something impossible (usage)
  kIo,                  ///< an input cannot be opened or read
  kWrite,               ///< an output cannot be created, written, flushed or renamed
  kExists,              ///< an output is there already and may not be replaced
  kUnsupportedImage,    ///< not an image, a damaged image, or a kind of image that is not handled
  kNotACnzFile,         ///< the magic bytes are not those of a .cnz file
  kUnsupportedVersion,  ///< a newer or unknown version or critical section
  kTruncated,           ///< the file ends before its contents do
  kCorrupt,             ///< a checksum, a reserved bit or an invariant of the format is violated
  kLimitExceeded,       ///< a limit on pixels, side or memory
  kModelMissing,        ///< no model file found, or one that cannot be read as a model
  kModelMismatch,       ///< the file was written with another model
  kTargetMissed,        ///< a size or quality asked for that the codec cannot reach
  kDevice,              ///< the requested device is not there
  kInterrupted,         ///< SIGINT, SIGTERM or SIGHUP
  kInternal,            ///< a bug
};

/// Thrown by every layer. The message is one line that names the file, section or tensor and the
/// reason.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

/// Throws `Error(code, message)` unless `condition` holds.
inline void require(bool condition, ErrorCode code, const char* message) {
  if (!condition) throw Error(code, message);
}
inline void require(bool condition, ErrorCode code, const std::string& message) {
  if (!condition) throw Error(code, message);
}

}  // namespace imgcnn
