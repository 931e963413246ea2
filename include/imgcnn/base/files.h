#pragma once
// Whole files in, whole files out: an output appears complete or not at all.

#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/base/shared_bytes.h"

namespace imgcnn {

/// No input of this project is larger.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 32;

/// How messages call an input: its path, "standard input" for "-".
[[nodiscard]] std::string input_name(const std::string& path);

/// The contents of a file, or of standard input for "-". Throws kIo when it cannot be opened or
/// read (a folder, for instance), kLimitExceeded when it holds more than `max_bytes`.
[[nodiscard]] Bytes read_file(const std::string& path, std::uint64_t max_bytes = kMaxFileBytes);

/// Tells contents apart that a path leads to at different times: device, number, size, and time of
/// the last change.
using FileIdentity = std::array<std::uint64_t, 5>;

/// The contents of a file without a copy, where that is possible.
class MappedFile {
 public:
  /// A regular file is mapped, and read as its bytes are used; anything else is read as `read_file`
  /// reads it. The file must not be written to in place meanwhile, and one that is cut short ends
  /// the process (SIGBUS) when what is gone is used; whoever replaces it by renaming, as AtomicFile
  /// does, does no harm. Throws as `read_file`.
  explicit MappedFile(const std::string& path, std::uint64_t max_bytes = kMaxFileBytes);

  /// Keeps the file mapped as long as it or a part of it lives.
  [[nodiscard]] const SharedBytes& bytes() const { return bytes_; }
  /// Of the very file that is mapped, whatever its path leads to by now; nothing where it was read
  /// instead.
  [[nodiscard]] const std::optional<FileIdentity>& identity() const { return identity_; }
  /// Gives the memory of all bytes back; what is used again is read again.
  void release_memory() const noexcept;

 private:
  SharedBytes bytes_;
  std::optional<FileIdentity> identity_;
};

/// What an output takes over from the file that it was made of.
struct FileAttributes {
  unsigned permissions = 0;  ///< the nine bits of 0777
  timespec accessed = {};
  timespec modified = {};
};

/// Those of a regular file. Nothing for what is none: "-", a pipe, a device, a path that leads
/// nowhere.
[[nodiscard]] std::optional<FileAttributes> file_attributes(const std::string& path);

/// The descriptor of this process that an output's path stands for: 1 for "-" and /dev/stdout, N
/// for /dev/fd/N and /proc/self/fd/N, and the same for links to these. Nothing for any other path.
[[nodiscard]] std::optional<int> output_descriptor(const std::string& path);

/// True when an AtomicFile at `path` would replace a file: a regular one that is not just a
/// descriptor of this process.
[[nodiscard]] bool would_replace(const std::string& path);

/// Throws kExists, naming the file and the option to overwrite it, when `would_replace(path)`.
void refuse_to_replace(const std::string& path);

/// An output file that nobody sees before it is whole.
///
/// Writes to `NAME.tmp.PID` in the folder of the target; `commit` makes it durable and renames it.
/// Without `commit` (an error, a signal) the temporary disappears and the target stays as it was. A
/// symbolic link is followed: what it points at is replaced. Descriptors of this process ("-",
/// /dev/stdout) and targets that are no regular files, such as /dev/null or a pipe, are written
/// directly. A new file has the permissions of `attributes`, where there are some, and is never
/// open to more people than those; an existing one keeps its own. Both have the times of
/// `attributes`.
class AtomicFile {
 public:
  /// Throws kExists when `overwrite` is false and the target exists, kWrite when it is a folder or
  /// cannot be created.
  explicit AtomicFile(const std::string& path, bool overwrite = false,
                      const std::optional<FileAttributes>& attributes = std::nullopt);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends. Throws kWrite.
  void write(ByteSpan bytes);
  /// Flushes to disk, closes and renames. Throws kWrite, and kExists when `overwrite` is false and
  /// a file of that name has appeared meanwhile. Nothing may be written afterwards.
  void commit();

 private:
  void create_temporary();
  void move_into_place();
  [[noreturn]] void fail(int error) const;

  std::string path_;       ///< as the caller named it, for messages
  std::string target_;     ///< with links resolved
  std::string temporary_;  ///< empty: written directly
  bool overwrite_;
  std::optional<FileAttributes> attributes_;
  /// That the file must have; none = as the process creates files.
  std::optional<unsigned> permissions_;
  int descriptor_ = -1;
  int ticket_ = -1;
};

/// Writes the whole file through an AtomicFile. Throws kWrite, kExists.
void write_file_atomically(const std::string& path, ByteSpan bytes, bool overwrite,
                           const std::optional<FileAttributes>& attributes = std::nullopt);

/// True when both paths name one existing file, by whatever links. "-" is never a file.
[[nodiscard]] bool same_file(const std::string& a, const std::string& b);

}  // namespace imgcnn
