#include "imgcnn/base/program_paths.h"

#include <filesystem>
#include <system_error>

namespace imgcnn {

namespace fs = std::filesystem;

std::string program_folder() {
  std::error_code unknown;
  return fs::read_symlink("/proc/self/exe", unknown).parent_path().string();
}

std::vector<std::string> module_folders() {
  const fs::path program = program_folder();
  if (program.empty()) return {};
  return {program.string(),
          (program.parent_path() / IMGCNN_MODULE_DIR).lexically_normal().string()};
}

std::vector<std::string> data_folders(const std::string& name) {
  const fs::path program = program_folder();
  std::vector<std::string> folders;
  if (program.empty()) return folders;
  for (const char* place : {"", "..", "../..", "../share/imgcnn"})
    folders.push_back((program / place / name).lexically_normal().string());
  return folders;
}

std::string find_in_folders(const std::vector<std::string>& folders, const std::string& file,
                            ErrorCode code, const std::string& what) {
  std::string tried;
  for (const std::string& folder : folders) {
    const fs::path path = fs::path(folder) / file;
    std::error_code unreadable;
    if (fs::exists(path, unreadable)) return path.string();
    tried += (tried.empty() ? "" : ", ") + folder;
  }
  throw Error(code, what + "no " + file + " in " +
                        (tried.empty() ? "any folder: /proc is not there" : tried));
}

}  // namespace imgcnn
