#include "imgcnn/base/exit_code.h"

#include <gtest/gtest.h>

#include <utility>

namespace imgcnn {
namespace {

TEST(ExitCode, FollowsTheTable) {
  constexpr std::pair<ErrorCode, int> kTable[] = {
      {ErrorCode::kInvalidArgument, 2}, {ErrorCode::kIo, 3},
      {ErrorCode::kWrite, 5},           {ErrorCode::kUnsupportedImage, 3},
      {ErrorCode::kNotACnzFile, 3},     {ErrorCode::kUnsupportedVersion, 3},
      {ErrorCode::kTruncated, 3},       {ErrorCode::kCorrupt, 3},
      {ErrorCode::kLimitExceeded, 6},   {ErrorCode::kModelMissing, 4},
      {ErrorCode::kModelMismatch, 4},   {ErrorCode::kDevice, 1},
      {ErrorCode::kTargetMissed, 1},    {ErrorCode::kInterrupted, 130},
      {ErrorCode::kInternal, 1},        {ErrorCode::kExists, 5},
  };
  for (const auto& [code, status] : kTable)
    EXPECT_EQ(exit_code(code), status) << static_cast<int>(code);
}

}  // namespace
}  // namespace imgcnn
