#pragma once
// The CSV log of a run. It holds no clock times, so that a resumed run ends with the same bytes as
// an uninterrupted one.

#include <cstdint>
#include <string>
#include <utility>

#include "imgcnn/bitstream/run_log.h"

namespace imgcnn::train {

class TrainingLog {
 public:
  explicit TrainingLog(std::string path) : path_(std::move(path)) {}
  /// Cuts the file to its first `bytes` bytes; 0 starts it anew with its heading. Throws kWrite.
  void truncate(std::uint64_t bytes);
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  /// Throws kWrite.
  void append(const bitstream::RunLogRow& row) { append_line(row.text()); }
  /// What the validations so far found. Throws kIo, kCorrupt.
  [[nodiscard]] std::vector<bitstream::ValidationSummary> validations() const;

 private:
  void append_line(const std::string& line);

  std::string path_;
  std::uint64_t bytes_ = 0;
};

}  // namespace imgcnn::train
