#pragma once
// Distortion and rate of one picture.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "imgcnn/eval/rd_curve.h"
#include "imgcnn/image/image.h"
#include "imgcnn/image/psnr.h"

namespace imgcnn::eval {

using image::kMaxPsnr;
using image::psnr_db;

/// Multi-scale structural similarity, 0..1, 1 for identical pictures: computed on R, G and B, then
/// averaged; on the one channel when both pictures are grey. Gaussian window of 11x11 (sigma 1.5),
/// five scales. Pictures with a side below 161 pixels use as many scales as fit, their weights
/// scaled to sum 1; below 11 pixels the window shrinks. Throws kInvalidArgument when the sizes
/// differ. Source: Wang, Simoncelli, Bovik, "Multi-scale structural similarity for image quality
/// assessment", 2003, eq. 7.
[[nodiscard]] double ms_ssim(const image::Image& original, const image::Image& decoded);

/// 8 * bytes / pixels.
[[nodiscard]] double bits_per_pixel(std::size_t bytes, const image::Image& picture);

/// Sides below this are too small for SSIMULACRA 2.1 and butteraugli.
constexpr int kLeastPerceptualSide = 8;

/// A measure of distortion as reports see it. A new one is a row in the table of metrics.cpp, and a
/// member of RdPoint.
struct Metric {
  const char* name;    ///< on the command line, e.g. "ms-ssim"
  const char* id;      ///< in names of files and of JSON, e.g. "ms_ssim"
  const char* column;  ///< of CSV and of points in JSON: the id with the unit
  const char* title;   ///< for people
  const char* unit;    ///< of what `plotted` gives; "" = none
  int decimals;        ///< worth printing of its values
  bool lower_is_better;
  std::optional<double> RdPoint::*value;
  double (*plotted)(double value);  ///< what plots draw and BD-rates average over
  /// Empty for pictures too small for it. Throws kInvalidArgument when the sizes differ, and what
  /// run_program throws where it is a program's.
  std::optional<double> (*measure)(const image::Image& original, const image::Image& decoded);
  std::string (*missing)();  ///< what it needs and this machine lacks, in words; empty = it can run
  const char* meaning;       ///< of its scale, a sentence
};

/// PSNR, MS-SSIM, SSIMULACRA 2.1 and the 3-norm of butteraugli, the last one by libjxl's program
/// butteraugli_main.
[[nodiscard]] const std::vector<Metric>& known_metrics();

/// The one of that name. Throws kInvalidArgument when there is none.
[[nodiscard]] const Metric& find_metric(const std::string& name);

/// Those named, in the order of the table; without names all that can run here, and `missing` says
/// which cannot, and why. Throws kInvalidArgument when there is none of a name, or when something
/// that it needs is missing.
[[nodiscard]] std::vector<const Metric*> choose_metrics(const std::vector<std::string>& names,
                                                        std::string& missing);

/// What rises when a picture gets better: the plotted value, negated where lower is better. Empty
/// where the metric was not measured.
[[nodiscard]] std::optional<double> fidelity_of(const RdPoint& point, const Metric& metric);

}  // namespace imgcnn::eval
