// The table of other codecs.
#include "imgcnn/eval/baselines.h"

#include "imgcnn/base/error.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

image::Image decode_picture(ByteSpan file) { return image::decode_image(file, "baseline"); }

const std::vector<Baseline>& baselines() {
  static const std::vector<Baseline> table = {
      {"jpeg", {5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95}, image::encode_jpeg, decode_picture},
      {"webp", {1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95}, image::encode_webp, decode_picture},
  };
  return table;
}

}  // namespace

const Baseline& find_baseline(const std::string& name) {
  std::string known;
  for (const Baseline& baseline : baselines()) {
    if (name == baseline.name) return baseline;
    known += std::string(known.empty() ? "" : ", ") + baseline.name;
  }
  throw Error(ErrorCode::kInvalidArgument, "no baseline '" + name + "'; known: " + known);
}

std::optional<SizeMatch> jpeg_at_size(const image::Image& picture, std::size_t max_bytes) {
  image::Image bare = picture;
  bare.metadata = {};
  // Size rises with quality but for a byte here and there, which a bisection survives.
  int low = 0;  // quality 0 and 1 are the same to JPEG
  int high = 101;
  Bytes best;
  while (high - low > 1) {
    const int quality = (low + high) / 2;
    Bytes file = image::encode_jpeg(bare, quality);
    if (file.size() <= max_bytes) {
      low = quality;
      best = std::move(file);
    } else {
      high = quality;
    }
  }
  if (best.empty()) return std::nullopt;
  return SizeMatch{low, best.size(), psnr_db(bare, decode_picture(best))};
}

}  // namespace imgcnn::eval
