// Means, comparisons, and whose pictures they are.
#include "summary.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "imgcnn/base/error.h"

namespace imgcnn::eval {
namespace {

BdRow compare(const CodecCurve& codec, const std::string& anchor,
              const std::vector<RdPoint>& points, bool published) {
  const auto rate = [&](Fidelity fidelity) -> std::optional<double> {
    try {
      return bd_rate(points, codec.points, kReportRange, fidelity);
    } catch (const Error& error) {
      spdlog::debug("no BD-rate of {} against {}: {}", codec.codec, anchor, error.what());
      return std::nullopt;
    }
  };
  return {codec.codec, anchor, published, rate(Fidelity::kPsnr), rate(Fidelity::kMsSsim)};
}

}  // namespace

CodecCurve mean_curve(const CodecUnderTest& tested, const std::vector<ImageRow>& rows) {
  CodecCurve curve;
  curve.codec = tested.name;
  curve.is_model = tested.is_model;
  curve.is_program = tested.is_program;
  curve.note = tested.note;
  std::map<double, std::pair<RdPoint, double>> sums;  // by quality, with the count
  double count = 0.0;
  for (const ImageRow& row : rows) {
    if (row.codec != tested.name) continue;
    auto& [sum, pictures] = sums[row.point.quality];
    sum.bpp += row.point.bpp;
    sum.psnr += row.point.psnr;
    sum.ms_ssim += row.point.ms_ssim;
    pictures += 1.0;
    curve.encode_seconds += row.encode_seconds;
    curve.decode_seconds += row.decode_seconds;
    count += 1.0;
  }
  for (const auto& [quality, sum_and_count] : sums) {
    const auto& [sum, pictures] = sum_and_count;
    curve.points.push_back(
        {quality, sum.bpp / pictures, sum.psnr / pictures, sum.ms_ssim / pictures});
  }
  curve.encode_seconds /= count;
  curve.decode_seconds /= count;
  return curve;
}

std::vector<BdRow> compare_curves(const std::vector<CodecCurve>& curves,
                                  const std::vector<PublishedCurve>& published) {
  std::vector<BdRow> result;
  for (const CodecCurve& model : curves) {
    if (!model.is_model) continue;
    bool before = true;  // models in front of this one
    for (const CodecCurve& other : curves) {
      before = before && &other != &model;
      if (before || !other.is_model)
        result.push_back(compare(model, other.codec, other.points, false));
    }
    for (const PublishedCurve& curve : published)
      result.push_back(compare(model, curve.name, curve.points, true));
  }
  const auto jpeg = std::find_if(curves.begin(), curves.end(), [](const CodecCurve& curve) {
    return !curve.is_model && curve.codec == "jpeg";
  });
  for (const CodecCurve& baseline : curves) {
    if (jpeg == curves.end() || baseline.is_model || baseline.codec == "jpeg") continue;
    result.push_back(compare(baseline, jpeg->codec, jpeg->points, false));
  }
  return result;
}

bool is_kodak(const std::vector<ImageRow>& rows) {
  constexpr int kPictures = 24;
  constexpr int kLongSide = 768;
  constexpr int kShortSide = 512;
  std::set<std::string> names;
  for (const ImageRow& row : rows) {
    if (std::max(row.width, row.height) != kLongSide ||
        std::min(row.width, row.height) != kShortSide)
      return false;
    names.insert(std::filesystem::path(row.image).stem().string());
  }
  std::set<std::string> expected;
  for (int i = 1; i <= kPictures; ++i) {
    char name[16];
    std::snprintf(name, sizeof name, "kodim%02d", i);
    expected.insert(name);
  }
  return names == expected;
}

}  // namespace imgcnn::eval
