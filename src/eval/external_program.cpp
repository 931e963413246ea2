// posix_spawn and a folder made by mkdtemp.
#include "external_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/interrupt.h"

namespace imgcnn::eval {
namespace {

namespace fs = std::filesystem;

/// What spawned programs read and print to.
class Redirection {
 public:
  explicit Redirection(const std::string& output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, output.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
  }
  ~Redirection() { posix_spawn_file_actions_destroy(&actions_); }
  Redirection(const Redirection&) = delete;
  Redirection& operator=(const Redirection&) = delete;
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_ = {};
};

std::string text_of(const std::string& path) {
  try {
    const Bytes bytes = read_file(path);
    return {bytes.begin(), bytes.end()};
  } catch (const Error&) {
    return {};  // nothing was printed
  }
}

/// The last line that is not empty, shortened; programs say there why they gave up.
std::string last_line(std::string text) {
  constexpr std::size_t kMaxLine = 200;
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  const std::size_t line_break = text.find_last_of("\r\n");
  return text.substr(line_break == std::string::npos ? 0 : line_break + 1, kMaxLine);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR)
      throw Error(ErrorCode::kInternal, "waitpid: " + std::generic_category().message(errno));
  }
  return status;
}

}  // namespace

bool is_in_path(const std::string& program) {
  const char* variable = std::getenv("PATH");
  const std::string list = variable == nullptr ? "/usr/bin:/bin" : variable;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(':', begin), list.size());
    const fs::path path = fs::path(list.substr(begin, end - begin)) / program;
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0) return true;
    begin = end + 1;
  }
  return false;
}

PrivateFolder::PrivateFolder() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  path_ = (error ? fs::path("/tmp") : parent) / "imgcnn_XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) {
    throw Error(ErrorCode::kWrite, path_ + ": " + std::generic_category().message(errno));
  }
  tickets_.push_back(register_temporary(path_));
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  for (const int ticket : tickets_) forget_temporary(ticket);
}

std::string PrivateFolder::file(const std::string& name) {
  const std::string path = path_ + "/" + name;
  tickets_.push_back(register_temporary(path));
  return path;
}

std::string PrivateFolder::file(const std::string& name, ByteSpan contents) {
  std::string path = file(name);
  std::ofstream stream(path, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(contents.data()),
               static_cast<std::streamsize>(contents.size()));
  stream.close();
  require(stream.good(), ErrorCode::kWrite, path + ": cannot be written");
  return path;
}

std::string run_program(const std::vector<std::string>& arguments, PrivateFolder& folder) {
  const std::string printed = folder.file("printed.txt");
  const Redirection redirection(printed);
  std::vector<char*> pointers;
  for (const std::string& argument : arguments)
    pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, pointers[0], redirection.get(), nullptr, pointers.data(), environ);
  if (failed != 0) {
    throw Error(ErrorCode::kInternal,
                arguments[0] + ": " + std::generic_category().message(failed));
  }
  const int status = wait_for(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return text_of(printed);
  const std::string how = WIFSIGNALED(status)
                              ? "killed by signal " + std::to_string(WTERMSIG(status))
                              : "failed with status " + std::to_string(WEXITSTATUS(status));
  const std::string why = last_line(text_of(printed));
  throw Error(ErrorCode::kUnsupportedImage,
              arguments[0] + ": " + how + (why.empty() ? "" : ": " + why));
}

}  // namespace imgcnn::eval
