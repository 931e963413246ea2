#pragma once
// The CSV log of a training run, and what it tells of the run. No LibTorch here.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imgcnn/base/bd_rate.h"

namespace imgcnn::bitstream {

constexpr const char* kRunLogHeading = "kind,step,quality,loss,bpp,distortion_db\n";

/// One row. Of training: means over the steps since the last row, at all qualities. Of validation:
/// means over the validation pictures at one quality, of the averaged weights.
struct RunLogRow {
  std::int64_t step = 0;          ///< steps done
  std::optional<double> quality;  ///< 0..100; empty in a row of training
  double loss = 0.0;              ///< normalized rate-distortion loss
  double bpp = 0.0;               ///< estimated bits a pixel
  /// -10 log10 of the mean distortion over 255^2: for models trained for squared error the PSNR of
  /// the mean error.
  double distortion_db = 0.0;

  [[nodiscard]] std::string text() const;  ///< with its line end
};

/// The rows of a log. Throws kCorrupt, naming `origin`, where the heading or a row is another.
[[nodiscard]] std::vector<RunLogRow> parse_run_log(const std::string& text,
                                                   const std::string& origin);

/// What one validation found.
struct ValidationSummary {
  std::int64_t step = 0;
  double loss = 0.0;  ///< mean over the qualities
  std::vector<RatePoint> curve;
  /// Against the first validation, of the model that the run started from, at equal distortion, in
  /// per cent; empty where the two curves have nothing in common.
  std::optional<double> bd_rate;
};

/// The validations of a log in the order of their steps.
[[nodiscard]] std::vector<ValidationSummary> summarize_validations(
    const std::vector<RunLogRow>& rows);

}  // namespace imgcnn::bitstream
