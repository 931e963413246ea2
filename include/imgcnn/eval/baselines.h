#pragma once
// Other codecs to compare with.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"

namespace imgcnn::eval {

/// A codec as evaluation sees it. A new one is a row in the table of baselines.cpp.
struct Baseline {
  const char* name;
  /// The settings measured, rate rising.
  std::vector<int> qualities;
  Bytes (*encode)(const image::Image& picture, int quality);  ///< to a whole file
  image::Image (*decode)(ByteSpan file);
  std::string (*missing)();  ///< what it needs and this machine lacks, in words; empty = it can run
  const char* note;          ///< settings, in words
  /// Its seconds hold the start of a program and picture files in between.
  bool is_program = false;
};

/// The codecs that evaluation knows:
/// "jpeg" (4:2:0, optimized tables) and "webp", always there;
/// "jpeg2000" by opj_compress -I (9/7 wavelet, colour transform) and opj_decompress, quality = file
/// size in thousandths of the raw samples'; "avif" by avifenc -s 6 and avifdec, 4:2:0, quality
/// 0..100 for quantizers 63..0; "jxl" by cjxl -q and djxl at their default effort. All programs run
/// on one thread.
[[nodiscard]] const std::vector<Baseline>& known_baselines();

/// The one of that name. Throws kInvalidArgument when there is none, or when something it needs is
/// missing.
[[nodiscard]] const Baseline& find_baseline(const std::string& name);

/// Those named, each once, "all" standing for every one that can run here; `missing` names those
/// that "all" left out, and why. Throws as find_baseline does.
[[nodiscard]] std::vector<const Baseline*> choose_baselines(const std::vector<std::string>& names,
                                                            std::string& missing);

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

/// The baseline's file of the picture, over qualities 1 to 100, whose size is nearest to `bytes`.
[[nodiscard]] Bytes encode_near_size(const Baseline& baseline, const image::Image& picture,
                                     std::size_t bytes);

}  // namespace imgcnn::eval
