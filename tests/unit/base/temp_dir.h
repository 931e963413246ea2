#pragma once
// A folder that lives as long as a test.

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace imgcnn {

/// Made on construction, removed with its contents at the end.
class TempDir {
 public:
  TempDir() : path_((std::filesystem::temp_directory_path() / "imgcnn_test_XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr)
      throw std::filesystem::filesystem_error("mkdtemp", std::error_code());
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  /// The path of `name` inside.
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// How many entries it holds.
  [[nodiscard]] std::size_t count() const {
    const std::filesystem::directory_iterator entries(path_);
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
  }

 private:
  std::string path_;
};

}  // namespace imgcnn
