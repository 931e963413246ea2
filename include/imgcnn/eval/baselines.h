#pragma once
// Other codecs to compare with.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"

namespace imgcnn::eval {

/// Runs the baselines of Pillow unless another is named.
constexpr const char* kDefaultPython = "python3";

/// A codec as evaluation sees it. A new one is a row in the tables of baselines.cpp,
/// program_baselines.cpp or pillow_baselines.cpp.
struct Baseline {
  std::string name;
  /// The settings measured, rate rising.
  std::vector<int> qualities;
  std::function<Bytes(const image::Image& picture, int quality)> encode;  ///< to a whole file
  std::function<image::Image(ByteSpan file)> decode;
  /// What it needs and this machine lacks, in words; empty = it can run.
  std::function<std::string()> missing;
  /// Program, version and settings, in words. Requires: nothing is missing.
  std::function<std::string()> note;
  /// Its seconds hold the start of a program and picture files in between.
  bool is_program = false;
};

/// The codecs that evaluation knows:
/// "jpeg" (4:2:0, optimized tables) and "webp", always there;
/// "jpeg2000" by opj_compress -I (9/7 wavelet, colour transform) and opj_decompress, quality = file
/// size in thousandths of the raw samples'; "avif" by avifenc -s 6 and avifdec, 4:2:0, quality
/// 0..100 for quantizers 63..0, with tune=iq where the program's libaom knows it; "jxl" by cjxl -q
/// and djxl at their default effort;
/// "pillow-avif" and "pillow-jxl" by src/scripts/pillow_codec.py, which `python` runs: AVIF 4:4:4
/// at speed 4 with tune=iq, JPEG XL at effort 7. All programs run on one thread.
[[nodiscard]] std::vector<Baseline> known_baselines(const std::string& python = kDefaultPython);

/// The one of that name. Throws kInvalidArgument when there is none, or when something it needs is
/// missing.
[[nodiscard]] Baseline find_baseline(const std::string& name,
                                     const std::string& python = kDefaultPython);

/// Those named, each once, "all" standing for every one that can run here; `missing` names those
/// that "all" left out, and why. Throws as find_baseline does.
[[nodiscard]] std::vector<Baseline> choose_baselines(const std::vector<std::string>& names,
                                                     std::string& missing,
                                                     const std::string& python = kDefaultPython);

/// What a codec reaches within a number of bytes.
struct SizeMatch {
  int quality = 0;
  std::size_t bytes = 0;
  double psnr = 0.0;  ///< dB, see psnr_db
};

/// The best JPEG of the picture, without metadata, in at most `max_bytes`; empty when even the
/// lowest quality is larger.
[[nodiscard]] std::optional<SizeMatch> jpeg_at_size(const image::Image& picture,
                                                    std::size_t max_bytes);

/// The file that `encode` makes of the picture, over qualities 1 to 100, whose size is nearest to
/// `bytes`.
[[nodiscard]] Bytes encode_near_size(
    const std::function<Bytes(const image::Image& picture, int quality)>& encode,
    const image::Image& picture, std::size_t bytes);

}  // namespace imgcnn::eval
