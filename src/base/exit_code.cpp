#include "imgcnn/base/exit_code.h"

namespace imgcnn {

int exit_code(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return kExitUsage;
    case ErrorCode::kIo:
    case ErrorCode::kUnsupportedImage:
    case ErrorCode::kNotACnzFile:
    case ErrorCode::kUnsupportedVersion:
    case ErrorCode::kTruncated:
    case ErrorCode::kCorrupt:
      return kExitInput;
    case ErrorCode::kModelMissing:
    case ErrorCode::kModelMismatch:
      return kExitModel;
    case ErrorCode::kWrite:
    case ErrorCode::kExists:
      return kExitWrite;
    case ErrorCode::kLimitExceeded:
      return kExitLimit;
    case ErrorCode::kInterrupted:
      return kExitInterrupted;
    case ErrorCode::kTargetMissed:
    case ErrorCode::kDevice:
    case ErrorCode::kInternal:
      break;
  }
  return kExitProcessing;
}

}  // namespace imgcnn
