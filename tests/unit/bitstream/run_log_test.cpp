// The log of a run, read back.

#include "imgcnn/bitstream/run_log.h"

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"

namespace imgcnn::bitstream {
namespace {

RunLogRow validation(std::int64_t step, double quality, double bpp, double db) {
  return {step, quality, bpp + 1, bpp, db};
}

/// A log of a training and of validations, at twice the rate first and at `factor` of that later.
std::string log_text(double factor) {
  std::string text = kRunLogHeading;
  for (const double bpp : {0.2, 0.5, 1.0, 2.0})
    text += validation(0, 25 * bpp, bpp, 30 + 5 * bpp).text();
  text += RunLogRow{100, std::nullopt, 1.25, 0.75, 33.5}.text();
  for (const double bpp : {0.2, 0.5, 1.0, 2.0})
    text += validation(100, 25 * bpp, factor * bpp, 30 + 5 * bpp).text();
  return text;
}

TEST(RunLog, RowsComeBack) {
  const auto rows = parse_run_log(log_text(0.9), "log");
  ASSERT_EQ(rows.size(), 9U);
  EXPECT_EQ(rows[1].step, 0);
  EXPECT_DOUBLE_EQ(rows[1].quality.value(), 12.5);
  EXPECT_FALSE(rows[4].quality.has_value());
  EXPECT_EQ(rows[4].step, 100);
  EXPECT_DOUBLE_EQ(rows[4].loss, 1.25);
  EXPECT_DOUBLE_EQ(rows[4].bpp, 0.75);
  EXPECT_DOUBLE_EQ(rows[4].distortion_db, 33.5);
}

TEST(RunLog, ValidationsAreComparedWithTheFirst) {
  const auto found = summarize_validations(parse_run_log(log_text(0.9), "log"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].step, 0);
  EXPECT_NEAR(found[0].loss, 1 + (0.2 + 0.5 + 1 + 2) / 4, 1e-9);
  EXPECT_NEAR(found[0].bd_rate.value(), 0.0, 1e-9);
  EXPECT_EQ(found[1].step, 100);
  EXPECT_NEAR(found[1].bd_rate.value(), -10.0, 1e-6);
}

TEST(RunLog, CurvesWithNothingInCommonHaveNoDifference) {
  std::string text = kRunLogHeading;
  text += validation(0, 20, 0.2, 30).text() + validation(0, 80, 0.5, 31).text();
  text += validation(100, 20, 0.2, 40).text() + validation(100, 80, 0.5, 41).text();
  const auto found = summarize_validations(parse_run_log(text, "log"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_FALSE(found[1].bd_rate.has_value());
}

TEST(RunLog, DamageIsNamed) {
  EXPECT_TRUE(parse_run_log(kRunLogHeading, "log").empty());
  const std::string heading = kRunLogHeading;
  for (const std::string& text :
       {std::string(), std::string("step,loss\n1,2\n"), heading + "train,1\n",
        heading + "train,1,50,1,1,1\n", heading + "valid,1,,1,1,1\n",
        heading + "valid,1,50,1,1,1,1\n", heading + "other,1,50,1,1,1\n", heading + "\n"}) {
    try {
      (void)parse_run_log(text, "runs/a/log.csv");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
      EXPECT_NE(std::string(error.what()).find("runs/a/log.csv"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace imgcnn::bitstream
