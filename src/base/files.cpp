// POSIX file access behind files.h.
#include "imgcnn/base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "imgcnn/base/error.h"
#include "imgcnn/base/interrupt.h"

namespace imgcnn {
namespace {

namespace fs = std::filesystem;

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

bool is_link(const fs::path& path) {
  std::error_code ignored;
  return fs::is_symlink(fs::symlink_status(path, ignored));
}

fs::path link_target(const fs::path& link) {
  std::error_code ignored;
  const fs::path to = fs::read_symlink(link, ignored);
  return to.is_absolute() ? to : link.parent_path() / to;
}

std::string resolve_links(fs::path path) {
  for (int i = 0; i < kMaxLinks && is_link(path); ++i) path = link_target(path);
  return path.string();
}

[[noreturn]] void throw_exists(const std::string& path) {
  throw Error(ErrorCode::kExists, path + ": exists; use -f to overwrite it");
}

// What temporaries of `target` are called, a number aside: its name, cut where the name with more
// behind it would be too long, though not within a character of UTF-8.
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

  // One byte more than expected, so that the end of an unchanged file shows without growing the
  // buffer.
  Bytes bytes(expected + 1);
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(size + std::max(size / 2, kReadChunk));
    const ssize_t got = ::read(input.value, bytes.data() + size,
                               std::min(bytes.size() - size, std::size_t{1} << 30));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error(ErrorCode::kIo, name + ": " + reason(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    check_size(size);
  }
  bytes.resize(size);
  return bytes;
}

MappedFile::MappedFile(const std::string& path, std::uint64_t max_bytes) {
  const InputDescriptor input{path == "-" ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat status = {};
  const bool maps = input.value >= 0 && ::fstat(input.value, &status) == 0 &&
                    S_ISREG(status.st_mode) && status.st_size > 0 &&
                    static_cast<std::uint64_t>(status.st_size) <= max_bytes;
  const auto size = maps ? static_cast<std::size_t>(status.st_size) : 0;
  void* const memory =
      maps ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, input.value, 0) : MAP_FAILED;
  if (memory == MAP_FAILED) {
    bytes_ = read_file(path, max_bytes);  // which says what is wrong, too
    return;
  }
  const std::shared_ptr<const void> owner(
      memory, [size](const void* start) { ::munmap(const_cast<void*>(start), size); });
  bytes_ = {{static_cast<const std::uint8_t*>(memory), size}, owner};
  identity_ = {status.st_dev, status.st_ino, size,
               static_cast<std::uint64_t>(status.st_mtim.tv_sec),
               static_cast<std::uint64_t>(status.st_mtim.tv_nsec)};
}

void MappedFile::release_memory() const noexcept {
  if (identity_) ::madvise(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size(), MADV_DONTNEED);
}

std::optional<FileAttributes> file_attributes(const std::string& path) {
  struct stat status = {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    return std::nullopt;
  return FileAttributes{static_cast<unsigned>(status.st_mode & 0777), status.st_atim,
                        status.st_mtim};
}

std::optional<int> output_descriptor(const std::string& path) {
  if (path == "-") return STDOUT_FILENO;
  std::error_code failed;
  const fs::path descriptors = fs::canonical("/proc/self/fd", failed);
  if (failed) return std::nullopt;
  // Those links are not followed: what they show is the file behind the descriptor, not what is
  // open.
  fs::path at = path;
  for (int i = 0; i < kMaxLinks && is_link(at); ++i) {
    if (fs::canonical(at.has_parent_path() ? at.parent_path() : ".", failed) == descriptors) {
      const std::string number = at.filename().string();
      int descriptor = -1;
      std::from_chars(number.data(), number.data() + number.size(), descriptor);
      return descriptor;
    }
    at = link_target(at);
  }
  return std::nullopt;
}

bool would_replace(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && !output_descriptor(path);
}

void refuse_to_replace(const std::string& path) {
  if (would_replace(path)) throw_exists(path);
}

AtomicFile::AtomicFile(const std::string& path, bool overwrite,
                       const std::optional<FileAttributes>& attributes)
    : path_(path == "-" ? "standard output" : path),
      target_(path),
      overwrite_(overwrite),
      attributes_(attributes) {
  if (const std::optional<int> open_already = output_descriptor(path)) {
    descriptor_ = ::fcntl(*open_already, F_DUPFD_CLOEXEC, 0);
    if (descriptor_ < 0) fail(errno);
    return;
  }
  if (attributes) permissions_ = attributes->permissions;
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) fail(EISDIR);
    if (!S_ISREG(status.st_mode)) {
      descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
      if (descriptor_ < 0) fail(errno);
      return;
    }
    if (!overwrite) throw_exists(path);
    permissions_ = static_cast<unsigned>(status.st_mode & 07777);
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
  // Whoever opens it between creation and the change of permissions would go on reading.
  const mode_t first_permissions = permissions_ ? 0600 : 0666;
  for (int i = 0; i < kMaxTemporaries && descriptor_ < 0; ++i) {
    const std::string name = i == 0 ? base : base + "." + std::to_string(i);
    descriptor_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, first_permissions);
    if (descriptor_ >= 0) {
      temporary_ = name;
    } else if (errno != EEXIST) {
      break;
    }
  }
  if (descriptor_ < 0) fail(errno);
  ticket_ = register_temporary(temporary_);
  if (permissions_) static_cast<void>(::fchmod(descriptor_, static_cast<mode_t>(*permissions_)));
}

void AtomicFile::write(ByteSpan bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::write(descriptor_, bytes.data() + done,
                                std::min(bytes.size() - done, std::size_t{1} << 30));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(errno);
    done += static_cast<std::size_t>(put);
  }
}

void AtomicFile::commit() {
  // Pipes and devices cannot be synchronised; they answer EINVAL or EROFS.
  if (::fsync(descriptor_) != 0 && !temporary_.empty()) fail(errno);
  if (attributes_ && !temporary_.empty()) {
    const timespec times[] = {attributes_->accessed, attributes_->modified};
    static_cast<void>(::futimens(descriptor_, times));  // some file systems keep no such times
  }
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail(errno);
  if (!temporary_.empty()) move_into_place();
}

void AtomicFile::move_into_place() {
  const unsigned flags = overwrite_ ? 0U : RENAME_NOREPLACE;
  int moved = ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, target_.c_str(), flags);
  // Some file systems know no flags: there the check at construction has to do.
  if (moved != 0 && (errno == EINVAL || errno == ENOSYS))
    moved = std::rename(temporary_.c_str(), target_.c_str());
  if (moved != 0 && errno == EEXIST) throw_exists(path_);
  if (moved != 0) fail(errno);
  temporary_.clear();
  forget_temporary(ticket_);
  ticket_ = -1;
  // The rename itself becomes durable with its folder; that is best effort.
  const std::string folder = fs::path(target_).parent_path().string();
  const InputDescriptor parent{
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (parent.value >= 0) static_cast<void>(::fsync(parent.value));
}

void AtomicFile::fail(int error) const {
  throw Error(ErrorCode::kWrite, path_ + ": " + reason(error));
}

void write_file_atomically(const std::string& path, ByteSpan bytes, bool overwrite,
                           const std::optional<FileAttributes>& attributes) {
  AtomicFile file(path, overwrite, attributes);
  file.write(bytes);
  file.commit();
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat of_a = {};
  struct stat of_b = {};
  if (a == "-" || b == "-" || ::stat(a.c_str(), &of_a) != 0 || ::stat(b.c_str(), &of_b) != 0)
    return false;
  return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

}  // namespace imgcnn
