// Means, comparisons, and whose pictures they are.
#include "summary.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "imgcnn/base/error.h"
#include "imgcnn/eval/metrics.h"

namespace imgcnn::eval {
namespace {

BdRow compare(const CodecCurve& codec, const std::string& anchor,
              const std::vector<RdPoint>& points, bool published,
              const std::vector<const Metric*>& metrics) {
  BdRow row{codec.codec, anchor, published, {}};
  for (const Metric* metric : metrics) {
    row.percents.emplace_back();
    try {
      row.percents.back() = bd_rate(points, codec.points, *metric, kReportRange);
    } catch (const Error& error) {
      spdlog::debug("no BD-rate of {} against {} at equal {}: {}", codec.codec, anchor,
                    metric->title, error.what());
    }
  }
  return row;
}

/// The mean of rows of one codec and quality. A metric that one of them lacks has none.
RdPoint mean_point(const std::vector<const RdPoint*>& points) {
  const auto count = static_cast<double>(points.size());
  RdPoint mean;
  mean.quality = points.front()->quality;
  for (const RdPoint* point : points) mean.bpp += point->bpp / count;
  for (const Metric& metric : known_metrics()) {
    std::optional<double> sum = 0.0;
    for (const RdPoint* point : points) {
      const std::optional<double>& value = point->*metric.value;
      sum = sum && value ? std::optional(*sum + *value) : std::nullopt;
    }
    if (sum) mean.*metric.value = *sum / count;
  }
  return mean;
}

}  // namespace

CodecCurve mean_curve(const CodecUnderTest& tested, const std::vector<ImageRow>& rows) {
  CodecCurve curve;
  curve.codec = tested.name;
  curve.is_model = tested.is_model;
  curve.is_program = tested.is_program;
  curve.note = tested.note;
  std::map<double, std::vector<const RdPoint*>> by_quality;
  double count = 0.0;
  for (const ImageRow& row : rows) {
    if (row.codec != tested.name) continue;
    by_quality[row.point.quality].push_back(&row.point);
    curve.encode_seconds += row.encode_seconds;
    curve.decode_seconds += row.decode_seconds;
    count += 1.0;
  }
  for (const auto& [quality, points] : by_quality) curve.points.push_back(mean_point(points));
  curve.encode_seconds /= count;
  curve.decode_seconds /= count;
  return curve;
}

std::vector<BdRow> compare_curves(const std::vector<CodecCurve>& curves,
                                  const std::vector<PublishedCurve>& published,
                                  const std::vector<const Metric*>& metrics) {
  std::vector<BdRow> result;
  for (const CodecCurve& model : curves) {
    if (!model.is_model) continue;
    bool before = true;  // models in front of this one
    for (const CodecCurve& other : curves) {
      before = before && &other != &model;
      if (before || !other.is_model)
        result.push_back(compare(model, other.codec, other.points, false, metrics));
    }
    for (const PublishedCurve& curve : published)
      result.push_back(compare(model, curve.name, curve.points, true, metrics));
  }
  const auto jpeg = std::find_if(curves.begin(), curves.end(), [](const CodecCurve& curve) {
    return !curve.is_model && curve.codec == "jpeg";
  });
  for (const CodecCurve& baseline : curves) {
    if (jpeg == curves.end() || baseline.is_model || baseline.codec == "jpeg") continue;
    result.push_back(compare(baseline, jpeg->codec, jpeg->points, false, metrics));
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
