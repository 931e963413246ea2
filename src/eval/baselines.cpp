// The table of other codecs, and sizes met by them.
#include "imgcnn/eval/baselines.h"

#include <algorithm>
#include <iterator>

#include "imgcnn/base/error.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/image/image_io.h"
#include "program_baselines.h"

namespace imgcnn::eval {
namespace {

Baseline from_library(const char* name, std::vector<int> qualities,
                      Bytes (*encode)(const image::Image&, int), const char* note) {
  return {name,           std::move(qualities),         encode,
          decode_picture, [] { return std::string(); }, [note] { return std::string(note); }};
}

}  // namespace

std::vector<Baseline> known_baselines(const std::string& python) {
  std::vector<Baseline> table = {
      from_library("jpeg", {5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95}, image::encode_jpeg,
                   "libjpeg, 4:2:0, optimized tables"),
      from_library("webp", {1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95}, image::encode_webp,
                   "libwebp, lossy, default method")};
  for (std::vector<Baseline> more : {program_baselines(), pillow_baselines(python)})
    std::move(more.begin(), more.end(), std::back_inserter(table));
  return table;
}

Baseline find_baseline(const std::string& name, const std::string& python) {
  std::string known;
  for (Baseline& baseline : known_baselines(python)) {
    if (name == baseline.name) {
      const std::string missing = baseline.missing();
      require(missing.empty(), ErrorCode::kInvalidArgument,
              "baseline " + name + " needs " + missing);
      return baseline;
    }
    known += (known.empty() ? "" : ", ") + baseline.name;
  }
  throw Error(ErrorCode::kInvalidArgument, "no baseline '" + name + "'; known: " + known);
}

std::vector<Baseline> choose_baselines(const std::vector<std::string>& names, std::string& missing,
                                       const std::string& python) {
  std::vector<Baseline> chosen;
  const auto add = [&chosen](Baseline baseline) {
    if (std::none_of(chosen.begin(), chosen.end(),
                     [&](const Baseline& other) { return other.name == baseline.name; }))
      chosen.push_back(std::move(baseline));
  };
  for (const std::string& name : names) {
    if (name != "all") {
      add(find_baseline(name, python));
      continue;
    }
    for (Baseline& baseline : known_baselines(python)) {
      const std::string lack = baseline.missing();
      if (lack.empty()) {
        add(std::move(baseline));
      } else {
        missing += (missing.empty() ? "" : "; ") + baseline.name + " (needs " + lack + ")";
      }
    }
  }
  return chosen;
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

Bytes encode_near_size(const std::function<Bytes(const image::Image& picture, int quality)>& encode,
                       const image::Image& picture, std::size_t bytes) {
  const auto distance = [bytes](const Bytes& file) {
    return file.size() > bytes ? file.size() - bytes : bytes - file.size();
  };
  // The bisection ends between the two qualities around the size, so the nearest file was among
  // those it saw.
  Bytes best = encode(picture, 1);
  int low = 1;
  int high = 101;
  while (high - low > 1) {
    const int quality = (low + high) / 2;
    Bytes file = encode(picture, quality);
    (file.size() <= bytes ? low : high) = quality;
    if (distance(file) < distance(best)) best = std::move(file);
  }
  return best;
}

}  // namespace imgcnn::eval
