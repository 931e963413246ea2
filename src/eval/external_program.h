#pragma once
// Programs of others, run without a shell.

#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::eval {

/// True when an executable of that name lies in a folder of $PATH.
[[nodiscard]] bool is_in_path(const std::string& program);

/// A folder below $TMPDIR (or /tmp) that nobody else may enter. It goes with all it holds when it
/// leaves its scope, and with the files named below when a signal ends the process.
class PrivateFolder {
 public:
  /// Throws kWrite.
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  /// The path of a file inside, whether or not it exists yet.
  [[nodiscard]] std::string file(const std::string& name);
  /// The path of a new file inside that holds these bytes. Throws kWrite.
  [[nodiscard]] std::string file(const std::string& name, ByteSpan contents);

 private:
  std::string path_;
  std::vector<int> tickets_;
};

/// Runs `arguments[0]`, looked for in $PATH, and waits. Its input is empty; what it prints to
/// either output goes through a file in `folder` and is returned. Throws kInternal when it cannot
/// be started, kUnsupportedImage with the last line it printed when it fails or is killed:
/// evaluation then leaves that picture out.
std::string run_program(const std::vector<std::string>& arguments, PrivateFolder& folder);

}  // namespace imgcnn::eval
