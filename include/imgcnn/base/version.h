#pragma once
// The version of the program, as the build states it.

namespace imgcnn {

/// "MAJOR.MINOR.PATCH".
[[nodiscard]] const char* program_version() noexcept;

}  // namespace imgcnn
