// Rows of the training log.

#include "training_log.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"

namespace imgcnn::train {
void TrainingLog::truncate(std::uint64_t bytes) {
  if (bytes == 0) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc).close();
    bytes_ = 0;
    append_line(bitstream::kRunLogHeading);
    return;
  }
  std::error_code error;
  std::filesystem::resize_file(path_, bytes, error);
  require(!error, ErrorCode::kWrite, path_ + ": " + error.message());
  bytes_ = bytes;
}

void TrainingLog::append_line(const std::string& line) {
  std::ofstream file(path_, std::ios::binary | std::ios::app);
  file << line;
  file.close();
  require(file.good(), ErrorCode::kWrite, path_ + ": cannot write the log");
  bytes_ += line.size();
}

std::vector<bitstream::ValidationSummary> TrainingLog::validations() const {
  const Bytes bytes = read_file(path_);
  return bitstream::summarize_validations(
      bitstream::parse_run_log({bytes.begin(), bytes.end()}, path_));
}

}  // namespace imgcnn::train
