// Who is compared with whom.
#include "eval/summary.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace imgcnn::eval {
namespace {

/// A straight curve that needs `factor` times the rate of the first.
CodecCurve curve(const std::string& name, bool is_model, double factor) {
  CodecCurve result;
  result.codec = name;
  result.is_model = is_model;
  for (int i = 0; i < 4; ++i) {
    result.points.push_back({10.0 * i, 0.2 * factor * (1 << i), 30.0 + 3.0 * i, 0.9 + 0.02 * i});
  }
  return result;
}

TEST(CompareCurves, ModelsAgainstThoseBeforeBaselinesAgainstJpeg) {
  const std::vector<CodecCurve> curves = {curve("small", true, 1.0), curve("large", true, 0.9),
                                          curve("jpeg", false, 2.0), curve("webp", false, 1.5)};
  std::vector<std::string> pairs;
  for (const BdRow& row :
       compare_curves(curves, {{"theirs", "paper", {{0, 0.2, 30.0, 0.0}, {0, 0.8, 36.0, 0.0}}}})) {
    pairs.push_back(row.codec + " " + row.anchor);
  }
  EXPECT_EQ(pairs,
            (std::vector<std::string>{"small jpeg", "small webp", "small theirs", "large small",
                                      "large jpeg", "large webp", "large theirs", "webp jpeg"}));
}

TEST(CompareCurves, AtEqualPsnrAndMsSsim) {
  const auto rows =
      compare_curves({curve("small", true, 1.0), curve("large", true, 0.8)},
                     {{"theirs", "paper", {{0, 0.2, 30.0, 0.0}, {0, 0.8, 36.0, 0.0}}}});
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_NEAR(rows[1].percent.value(), -20.0, 0.05);
  EXPECT_NEAR(rows[1].ms_ssim_percent.value(), -20.0, 0.05);
  EXPECT_TRUE(rows[0].percent.has_value());
  EXPECT_FALSE(rows[0].ms_ssim_percent.has_value()) << "the published curve has no MS-SSIM";
}

}  // namespace
}  // namespace imgcnn::eval
