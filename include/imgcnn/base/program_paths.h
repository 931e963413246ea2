#pragma once
// Where the running program finds what belongs to it: its modules, models and data.

#include <string>
#include <vector>

#include "imgcnn/base/error.h"

namespace imgcnn {

/// The folder of the running program, links to it followed; empty where /proc does not tell.
[[nodiscard]] std::string program_folder();

/// Folders where modules of the program may lie, the nearest first: its own, and that of an
/// installation. Empty where the program's folder is not known.
[[nodiscard]] std::vector<std::string> module_folders();

/// Folders where its "models" or "data" may lie, the nearest first: in its own folder or up to two
/// above it, and in an installation. Empty where the program's folder is not known.
[[nodiscard]] std::vector<std::string> data_folders(const std::string& name);

/// The path of `file` in the first of the folders that has it. Throws `code` where none has:
/// `<what>no <file> in <folders>`.
[[nodiscard]] std::string find_in_folders(const std::vector<std::string>& folders,
                                          const std::string& file, ErrorCode code,
                                          const std::string& what = {});

}  // namespace imgcnn
