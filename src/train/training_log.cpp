// Rows of the training log.

#include "training_log.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "imgcnn/base/error.h"

namespace imgcnn::train {
namespace {

std::string row(const char* kind, std::int64_t step, double loss, double bits_per_pixel,
                double squared_error) {
  char text[160];
  std::snprintf(text, sizeof(text), "%s,%lld,%.6f,%.6f,%.3f\n", kind, static_cast<long long>(step),
                loss, bits_per_pixel, -10.0 * std::log10(squared_error));
  return text;
}

}  // namespace

void TrainingLog::truncate(std::uint64_t bytes) {
  if (bytes == 0) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc).close();
    bytes_ = 0;
    append("kind,step,loss,bpp,psnr_of_mean_mse\n");
    return;
  }
  std::error_code error;
  std::filesystem::resize_file(path_, bytes, error);
  require(!error, ErrorCode::kWrite, path_ + ": " + error.message());
  bytes_ = bytes;
}

void TrainingLog::append(const std::string& line) {
  std::ofstream file(path_, std::ios::binary | std::ios::app);
  file << line;
  file.close();
  require(file.good(), ErrorCode::kWrite, path_ + ": cannot write the log");
  bytes_ += line.size();
}

void TrainingLog::training_row(std::int64_t step, double loss, double bits_per_pixel,
                               double squared_error) {
  append(row("train", step, loss, bits_per_pixel, squared_error));
}

void TrainingLog::validation_row(std::int64_t step, double loss, double bits_per_pixel,
                                 double squared_error) {
  append(row("valid", step, loss, bits_per_pixel, squared_error));
}

}  // namespace imgcnn::train
