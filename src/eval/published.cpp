// Reading published curves.
#include "imgcnn/eval/published.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/program_paths.h"
#include "imgcnn/eval/metrics.h"

namespace imgcnn::eval {
namespace {

RdPoint point_of(const nlohmann::json& json) {
  RdPoint point;
  point.bpp = json.at("bpp").get<double>();
  for (const Metric& metric : known_metrics()) {
    if (json.contains(metric.column)) point.*metric.value = json.at(metric.column).get<double>();
  }
  const double ms_ssim = point.ms_ssim.value_or(0.0);
  const bool sane = point.bpp > 0.0 && point.psnr.value_or(0.0) > 0.0 && ms_ssim >= 0.0 &&
                    ms_ssim <= 1.0 && point.ssimulacra2.value_or(0.0) <= 100.0 &&
                    point.butteraugli.value_or(0.0) >= 0.0;
  require(sane && std::isfinite(point.bpp) && std::isfinite(*point.psnr), ErrorCode::kCorrupt,
          "a point that no codec reaches");
  return point;
}

PublishedCurve curve_of(const nlohmann::json& json) {
  PublishedCurve curve;
  curve.name = json.at("name").get<std::string>();
  curve.source = json.at("source").get<std::string>();
  for (const nlohmann::json& point : json.at("points")) curve.points.push_back(point_of(point));
  std::sort(curve.points.begin(), curve.points.end(),
            [](const RdPoint& a, const RdPoint& b) { return a.bpp < b.bpp; });
  return curve;
}

}  // namespace

std::vector<PublishedCurve> load_published_curves(const std::string& path) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 24;
  const Bytes bytes = read_file(path, kMaxBytes);
  std::vector<PublishedCurve> curves;
  try {
    const nlohmann::json json = nlohmann::json::parse(bytes.begin(), bytes.end());
    for (const nlohmann::json& curve : json.at("curves")) curves.push_back(curve_of(curve));
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::kCorrupt, path + ": " + error.what());
  } catch (const Error& error) {
    throw Error(error.code(), path + ": " + error.what());
  }
  return curves;
}

std::string find_published_kodak() {
  return find_in_folders(data_folders("data"), "published_kodak.json", ErrorCode::kIo);
}

}  // namespace imgcnn::eval
