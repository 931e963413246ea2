#pragma once
// Rate-distortion curves that others published.

#include <string>
#include <vector>

#include "imgcnn/eval/rd_curve.h"

namespace imgcnn::eval {

struct PublishedCurve {
  std::string name;
  std::string source;           ///< who measured it and where the figures stand
  std::vector<RdPoint> points;  ///< rate rising; quality means nothing
};

/// The curves of a JSON file: {"curves": [{"name", "source", "points": [{"bpp", "psnr_db",
/// and, where they are known, "ms_ssim", "ssimulacra2", "butteraugli_3norm"}]}]}. Throws kIo when
/// it cannot be read, kCorrupt when it holds anything else.
[[nodiscard]] std::vector<PublishedCurve> load_published_curves(const std::string& path);

/// Where the project's own curves over the Kodak pictures lie: data/published_kodak.json beside or
/// above the program, or in the installed share folder. Throws kIo naming the folders tried.
[[nodiscard]] std::string find_published_kodak();

}  // namespace imgcnn::eval
