#pragma once
// The CSV log of a run. It holds no clock times, so that a resumed run ends with the same bytes as
// an uninterrupted one.

#include <cstdint>
#include <string>

namespace imgcnn::train {

class TrainingLog {
 public:
  explicit TrainingLog(std::string path) : path_(std::move(path)) {}
  /// Cuts the file to its first `bytes` bytes; 0 starts it anew with its heading. Throws kWrite.
  void truncate(std::uint64_t bytes);
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  /// A row each; values are means over the steps since the last one. squared_error: of samples in
  /// [0, 1].
  void training_row(std::int64_t step, double loss, double bits_per_pixel, double squared_error);
  void validation_row(std::int64_t step, double loss, double bits_per_pixel, double squared_error);

 private:
  void append(const std::string& line);

  std::string path_;
  std::uint64_t bytes_ = 0;
};

}  // namespace imgcnn::train
