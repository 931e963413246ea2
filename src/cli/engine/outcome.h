#pragma once
// What the program says about an exception.

#include <string>

#include "cli/engine.h"

namespace imgcnn::cli {

/// Exit status and message for the exception being handled. Requires: called inside a catch block.
[[nodiscard]] Outcome current_failure();

/// The message with the file it is about in front, unless it names the file already.
[[nodiscard]] std::string about_file(const std::string& path, const std::string& message);

}  // namespace imgcnn::cli
