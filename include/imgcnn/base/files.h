#pragma once
// Whole files in, whole files out: an output appears complete or not at all.

#include <cstdint>
#include <string>

#include "imgcnn/base/byte_span.h"

namespace imgcnn {

/// No input of this project is larger.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 32;

/// How messages call an input: its path, "standard input" for "-".
[[nodiscard]] std::string input_name(const std::string& path);

/// The contents of a file, or of standard input for "-". Throws kIo when it cannot be opened or read (a folder, for
/// instance), kLimitExceeded when it holds more than `max_bytes`.
[[nodiscard]] Bytes read_file(const std::string& path, std::uint64_t max_bytes = kMaxFileBytes);

/// An output file that nobody sees before it is whole.
///
/// Writes to `NAME.tmp.PID` in the folder of the target; `commit` makes it durable and renames it. Without `commit` (an
/// error, a signal) the temporary disappears and the target stays as it was. A symbolic link is followed: what it
/// points at is replaced. "-" (standard output) and targets that are no regular files, such as /dev/null or a pipe, are
/// written directly. An existing file keeps its permissions.
class AtomicFile {
 public:
  /// Throws kWrite when the target exists (and `overwrite` is false), is a folder, or cannot be created.
  explicit AtomicFile(const std::string& path, bool overwrite = false);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends. Throws kWrite.
  void write(ByteSpan bytes);
  /// Flushes to disk, closes and renames. Throws kWrite. Nothing may be written afterwards.
  void commit();

 private:
  void create_temporary();
  void move_into_place();
  [[noreturn]] void fail(int error) const;

  std::string path_;       ///< as the caller named it, for messages
  std::string target_;     ///< with links resolved
  std::string temporary_;  ///< empty: written directly
  bool overwrite_;
  int mode_ = -1;  ///< permissions of the file that is replaced; -1 = none
  int descriptor_ = -1;
  int ticket_ = -1;
};

/// Writes the whole file through an AtomicFile. Throws kWrite.
void write_file_atomically(const std::string& path, ByteSpan bytes, bool overwrite);

/// True when both paths name one existing file, by whatever links. "-" is never a file.
[[nodiscard]] bool same_file(const std::string& a, const std::string& b);

}  // namespace imgcnn
