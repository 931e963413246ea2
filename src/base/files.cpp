// POSIX file access behind files.h.
#include "imgcnn/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "imgcnn/base/error.h"
#include "imgcnn/base/interrupt.h"

namespace imgcnn {
namespace {

constexpr std::size_t kReadChunk = std::size_t{1} << 20;
constexpr int kMaxLinks = 40;         // as Linux itself allows
constexpr int kMaxTemporaries = 100;  // of one process for one target

std::string reason(int error) { return std::generic_category().message(error); }

/// Closes at the end of the scope. Standard input is left open.
struct InputDescriptor {
  int value;
  ~InputDescriptor() {
    if (value > STDERR_FILENO) ::close(value);
  }
};

std::string resolve_links(std::string path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  for (int i = 0; i < kMaxLinks && fs::is_symlink(fs::symlink_status(path, ignored)); ++i) {
    const fs::path to = fs::read_symlink(path, ignored);
    path = (to.is_absolute() ? to : fs::path(path).parent_path() / to).string();
  }
  return path;
}

// What temporaries of `target` are called, a number aside: its name, cut where the name with more behind it would be
// too long, though not within a character of UTF-8.
std::string temporary_base(std::string target) {
  constexpr std::size_t kMaxName = 200;
  const std::size_t start = target.rfind('/') + 1;  // npos + 1 = 0
  if (target.size() - start > kMaxName) {
    std::size_t end = start + kMaxName;
    while (end > start && (static_cast<unsigned char>(target[end]) & 0xC0) == 0x80) --end;
    target.resize(end);
  }
  return target + ".tmp." + std::to_string(::getpid());
}

}  // namespace

std::string input_name(const std::string& path) { return path == "-" ? "standard input" : path; }

Bytes read_file(const std::string& path, std::uint64_t max_bytes) {
  const bool is_stdin = path == "-";
  const std::string name = input_name(path);
  const InputDescriptor input{is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (input.value < 0) throw Error(ErrorCode::kIo, name + ": " + reason(errno));

  const auto check_size = [&](std::uint64_t size) {
    require(size <= max_bytes, ErrorCode::kLimitExceeded,
            name + ": larger than the limit of " + std::to_string(max_bytes) + " bytes");
  };
  struct stat status = {};
  std::size_t expected = 0;
  if (::fstat(input.value, &status) == 0 && S_ISREG(status.st_mode)) {
    check_size(static_cast<std::uint64_t>(status.st_size));
    expected = static_cast<std::size_t>(status.st_size);
  }

  // One byte more than expected, so that the end of an unchanged file shows without growing the buffer.
  Bytes bytes(expected + 1);
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(size + std::max(size / 2, kReadChunk));
    const ssize_t got = ::read(input.value, bytes.data() + size, std::min(bytes.size() - size, std::size_t{1} << 30));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error(ErrorCode::kIo, name + ": " + reason(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    check_size(size);
  }
  bytes.resize(size);
  return bytes;
}

AtomicFile::AtomicFile(const std::string& path, bool overwrite) : path_(path), target_(path), overwrite_(overwrite) {
  if (path == "-") {
    path_ = "standard output";
    descriptor_ = ::dup(STDOUT_FILENO);
    if (descriptor_ < 0) fail(errno);
    return;
  }
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) fail(EISDIR);
    if (!S_ISREG(status.st_mode)) {
      descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
      if (descriptor_ < 0) fail(errno);
      return;
    }
    require(overwrite, ErrorCode::kWrite, path + ": exists; use -f to overwrite it");
    mode_ = static_cast<int>(status.st_mode & 07777);
  }
  target_ = resolve_links(path);
  create_temporary();
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  forget_temporary(ticket_);
}

void AtomicFile::create_temporary() {
  const HoldSignals until_registered;
  const std::string base = temporary_base(target_);
  for (int i = 0; i < kMaxTemporaries && descriptor_ < 0; ++i) {
    const std::string name = i == 0 ? base : base + "." + std::to_string(i);
    descriptor_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ >= 0) {
      temporary_ = name;
    } else if (errno != EEXIST) {
      break;
    }
  }
  if (descriptor_ < 0) fail(errno);
  ticket_ = register_temporary(temporary_);
  if (mode_ >= 0) static_cast<void>(::fchmod(descriptor_, static_cast<mode_t>(mode_)));
}

void AtomicFile::write(ByteSpan bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::write(descriptor_, bytes.data() + done, std::min(bytes.size() - done, std::size_t{1} << 30));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(errno);
    done += static_cast<std::size_t>(put);
  }
}

void AtomicFile::commit() {
  // Pipes and devices cannot be synchronised; they answer EINVAL or EROFS.
  if (::fsync(descriptor_) != 0 && !temporary_.empty()) fail(errno);
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail(errno);
  if (!temporary_.empty()) move_into_place();
}

void AtomicFile::move_into_place() {
  const unsigned flags = overwrite_ ? 0U : RENAME_NOREPLACE;
  int moved = ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, target_.c_str(), flags);
  // Some file systems know no flags: there the check at construction has to do.
  if (moved != 0 && (errno == EINVAL || errno == ENOSYS)) moved = std::rename(temporary_.c_str(), target_.c_str());
  if (moved != 0) fail(errno);
  temporary_.clear();
  forget_temporary(ticket_);
  ticket_ = -1;
  // The rename itself becomes durable with its folder; that is best effort.
  const std::string folder = std::filesystem::path(target_).parent_path().string();
  const InputDescriptor parent{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (parent.value >= 0) static_cast<void>(::fsync(parent.value));
}

void AtomicFile::fail(int error) const { throw Error(ErrorCode::kWrite, path_ + ": " + reason(error)); }

void write_file_atomically(const std::string& path, ByteSpan bytes, bool overwrite) {
  AtomicFile file(path, overwrite);
  file.write(bytes);
  file.commit();
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat of_a = {};
  struct stat of_b = {};
  if (a == "-" || b == "-" || ::stat(a.c_str(), &of_a) != 0 || ::stat(b.c_str(), &of_b) != 0) return false;
  return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

}  // namespace imgcnn
