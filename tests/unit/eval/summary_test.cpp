// Who is compared with whom.
#include "eval/summary.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "all_metrics.h"

namespace imgcnn::eval {
namespace {

/// A straight curve that needs `factor` times the rate of the first.
CodecCurve curve(const std::string& name, bool is_model, double factor) {
  CodecCurve result;
  result.codec = name;
  result.is_model = is_model;
  for (int i = 0; i < 4; ++i) {
    result.points.push_back({10.0 * i, 0.2 * factor * (1 << i), 30.0 + 3.0 * i, 0.9 + 0.02 * i,
                             40.0 + 15.0 * i, 4.0 - 0.8 * i});
  }
  return result;
}

TEST(CompareCurves, ModelsAgainstThoseBeforeBaselinesAgainstJpeg) {
  const std::vector<CodecCurve> curves = {curve("small", true, 1.0), curve("large", true, 0.9),
                                          curve("jpeg", false, 2.0), curve("webp", false, 1.5)};
  std::vector<std::string> pairs;
  for (const BdRow& row : compare_curves(
           curves, {{"theirs", "paper", {{0, 0.2, 30.0}, {0, 0.8, 36.0}}}}, all_metrics())) {
    pairs.push_back(row.codec + " " + row.anchor);
  }
  EXPECT_EQ(pairs,
            (std::vector<std::string>{"small jpeg", "small webp", "small theirs", "large small",
                                      "large jpeg", "large webp", "large theirs", "webp jpeg"}));
}

TEST(CompareCurves, AtEqualValuesOfEveryMetric) {
  const auto rows =
      compare_curves({curve("small", true, 1.0), curve("large", true, 0.8)},
                     {{"theirs", "paper", {{0, 0.2, 30.0}, {0, 0.8, 36.0}}}}, all_metrics());
  ASSERT_EQ(rows.size(), 3U);
  ASSERT_EQ(rows[1].percents.size(), known_metrics().size());
  for (const auto& percent : rows[1].percents) EXPECT_NEAR(percent.value(), -20.0, 0.05);
  EXPECT_TRUE(rows[0].percents[0].has_value());
  EXPECT_FALSE(rows[0].percents[1].has_value()) << "the published curve has no MS-SSIM";
}

TEST(MeanCurve, IsSilentOnWhatOnePictureLacks) {
  CodecUnderTest tested;
  tested.name = "mine";
  ImageRow row;
  row.codec = "mine";
  row.point = {50, 0.5, 30.0, 0.9, 60.0, 2.0};
  ImageRow other = row;
  other.point = {50, 0.7, 34.0, 0.92, {}, 3.0};
  const CodecCurve curve = mean_curve(tested, {row, other});
  ASSERT_EQ(curve.points.size(), 1U);
  EXPECT_DOUBLE_EQ(curve.points[0].bpp, 0.6);
  EXPECT_DOUBLE_EQ(curve.points[0].psnr.value(), 32.0);
  EXPECT_DOUBLE_EQ(curve.points[0].butteraugli.value(), 2.5);
  EXPECT_FALSE(curve.points[0].ssimulacra2.has_value());
}

}  // namespace
}  // namespace imgcnn::eval
