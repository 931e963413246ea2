// Published curves: the file, when it is used, and what is compared.
#include "imgcnn/eval/published.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "all_metrics.h"
#include "base/temp_dir.h"
#include "eval/summary.h"
#include "image/test_pictures.h"
#include "imgcnn/base/files.h"

namespace imgcnn::eval {
namespace {

std::string write_text(const TempDir& dir, const std::string& text) {
  write_file_atomically(dir / "curves.json", Bytes(text.begin(), text.end()), true);
  return dir / "curves.json";
}

std::vector<ImageRow> kodak_rows() {
  std::vector<ImageRow> rows;
  for (int i = 1; i <= 24; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "somewhere/kodim%02d.png", i);
    ImageRow row;
    row.image = name;
    row.width = i % 5 == 0 ? 512 : 768;
    row.height = 1280 - row.width;
    rows.push_back(row);
    rows.push_back(row);
  }
  return rows;
}

TEST(Published, TheProjectsOwnCurvesAreSound) {
  const auto curves = load_published_curves(IMGCNN_DATA_FOLDER "/published_kodak.json");
  ASSERT_GE(curves.size(), 12U);
  for (const PublishedCurve& curve : curves) {
    EXPECT_FALSE(curve.source.empty()) << curve.name;
    EXPECT_GE(curve.points.size(), 4U) << curve.name;
    for (std::size_t i = 1; i < curve.points.size(); ++i) {
      EXPECT_LT(curve.points[i - 1].bpp, curve.points[i].bpp) << curve.name;
      EXPECT_LT(curve.points[i - 1].psnr, curve.points[i].psnr) << curve.name;
    }
    // Between JPEG and what is plausible today.
    EXPECT_GT(psnr_at_bpp(curve.points, 0.6), 31.0) << curve.name;
    EXPECT_LT(psnr_at_bpp(curve.points, 0.35), 34.0) << curve.name;
  }
}

TEST(Published, ReadsEveryMetric) {
  const TempDir dir;
  const auto curves =
      load_published_curves(write_text(dir, R"({"curves": [{"name": "x", "source": "y", "points": [
        {"bpp": 0.9, "psnr_db": 33, "ms_ssim": 0.97, "ssimulacra2": -4, "butteraugli_3norm": 1.5},
        {"bpp": 0.3, "psnr_db": 30}]}]})"));
  const RdPoint& bare = curves.at(0).points.at(0);
  const RdPoint& full = curves.at(0).points.at(1);
  EXPECT_EQ(full.psnr, 33.0);
  EXPECT_EQ(full.ms_ssim, 0.97);
  EXPECT_EQ(full.ssimulacra2, -4.0);
  EXPECT_EQ(full.butteraugli, 1.5);
  EXPECT_EQ(bare.psnr, 30.0);
  EXPECT_FALSE(bare.butteraugli.has_value());
}

TEST(Published, RefusesWhatIsNoCurve) {
  const TempDir dir;
  EXPECT_EQ(image::code_of([&] { (void)load_published_curves(dir / "none.json"); }),
            ErrorCode::kIo);
  for (const char* text :
       {"", "[]", "{\"curves\": 3}", R"({"curves": [{"name": "x", "points": []}]})",
        R"({"curves": [{"name": "x", "source": "y", "points": [{"bpp": -1, "psnr_db": 30}]}]})",
        R"({"curves": [{"name": "x", "source": "y", "points": [{"bpp": 1, "ms_ssim": 0.9}]}]})",
        R"({"curves": [{"name": "x", "source": "y", "points": [{"bpp": "1", "psnr_db": 30}]}]})"}) {
    const std::string path = write_text(dir, text);
    EXPECT_EQ(image::code_of([&] { (void)load_published_curves(path); }), ErrorCode::kCorrupt)
        << text;
  }
}

TEST(Published, KodakIsKnownByNamesAndSizes) {
  std::vector<ImageRow> rows = kodak_rows();
  EXPECT_TRUE(is_kodak(rows));
  rows[7].width = 767;
  EXPECT_FALSE(is_kodak(rows));
  rows = kodak_rows();
  rows[0].image = rows[1].image = "kodim25.png";
  EXPECT_FALSE(is_kodak(rows));
  rows = kodak_rows();
  rows.resize(46);
  EXPECT_FALSE(is_kodak(rows));
  EXPECT_FALSE(is_kodak({}));
}

TEST(CompareCurves, ModelsMeetAllAndBaselinesMeetJpeg) {
  const std::vector<RdPoint> points = {
      {0.0, 0.2, 28.0, 0.9}, {0.0, 0.4, 31.0, 0.9}, {0.0, 0.9, 35.0, 0.9}};
  std::vector<RdPoint> dearer = points;
  for (RdPoint& point : dearer) point.bpp *= 1.25;
  CodecCurve model;
  model.codec = "mine";
  model.is_model = true;
  model.points = points;
  CodecCurve jpeg;
  jpeg.codec = "jpeg";
  jpeg.points = dearer;
  CodecCurve webp = jpeg;
  webp.codec = "webp";
  const auto rows =
      compare_curves({model, jpeg, webp},
                     {{"theirs", "paper", points}, {"far", "paper", {points[0]}}}, all_metrics());
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_NEAR(rows[0].percents[0].value(), -20.0, 0.1);
  EXPECT_EQ(rows[2].anchor, "theirs");
  EXPECT_TRUE(rows[2].published);
  EXPECT_NEAR(rows[2].percents[0].value(), 0.0, 1e-9);
  EXPECT_FALSE(rows[3].percents[0].has_value());
  EXPECT_EQ(rows[4].codec, "webp");
  EXPECT_NEAR(rows[4].percents[0].value(), 0.0, 1e-9);
}

}  // namespace
}  // namespace imgcnn::eval
