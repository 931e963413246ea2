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
  std::vector<int> qualities;                                 ///< the settings measured, rate rising
  Bytes (*encode)(const image::Image& picture, int quality);  ///< to a whole file
  image::Image (*decode)(ByteSpan file);
};

/// "jpeg" (4:2:0, optimised tables) or "webp". Throws kInvalidArgument naming those known.
[[nodiscard]] const Baseline& find_baseline(const std::string& name);

/// What a codec reaches within a number of bytes.
struct SizeMatch {
  int quality = 0;
  std::size_t bytes = 0;
  double psnr = 0.0;  ///< dB, see psnr_db
};

/// The best JPEG of the picture, without metadata, in at most `max_bytes`; empty when even the lowest quality is
/// larger.
[[nodiscard]] std::optional<SizeMatch> jpeg_at_size(const image::Image& picture, std::size_t max_bytes);

}  // namespace imgcnn::eval
