// The evaluation with the baselines alone: no model is needed.
#include "imgcnn/eval/evaluator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/temp_dir.h"
#include "image/test_pictures.h"
#include "imgcnn/base/files.h"
#include "imgcnn/eval/baselines.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

std::string text_of(const std::string& path) {
  const Bytes bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

TEST(Evaluator, MeasuresEveryPictureAtEveryQuality) {
  const TempDir dir;
  image::Image transparent = image::noise_picture(48, 40, 4, 8);
  write_file_atomically(dir / "a.png", image::encode_png(transparent), false);
  write_file_atomically(dir / "b, c.png", image::encode_png(image::gradient_picture(64, 48, 1)),
                        false);
  write_file_atomically(dir / "broken.png", Bytes{1, 2, 3}, false);
  EvalOptions options;
  options.data = {dir.path()};
  options.out = dir / "deep/report";
  const EvalReport report = evaluate(options);

  EXPECT_EQ(report.pictures, 2U);
  EXPECT_EQ(report.failed, 1U);
  ASSERT_EQ(report.curves.size(), 2U);
  ASSERT_EQ(report.bd_rates.size(), 1U);
  EXPECT_EQ(report.bd_rates[0].codec, "webp");
  EXPECT_EQ(report.bd_rates[0].anchor, "jpeg");
  const std::size_t settings =
      find_baseline("jpeg").qualities.size() + find_baseline("webp").qualities.size();
  EXPECT_EQ(report.rows.size(), 2 * settings);

  const RdPoint& first = report.curves[0].points.front();
  double bpp = 0.0;
  double psnr = 0.0;
  for (const ImageRow& row : report.rows) {
    EXPECT_DOUBLE_EQ(row.point.bpp,
                     8.0 * static_cast<double>(row.bytes) / (row.width * row.height));
    if (row.codec != "jpeg" || row.point.quality != first.quality) continue;
    bpp += row.point.bpp / 2.0;
    psnr += row.point.psnr.value() / 2.0;
    EXPECT_TRUE(row.point.ssimulacra2.has_value());
  }
  EXPECT_DOUBLE_EQ(first.bpp, bpp);
  EXPECT_DOUBLE_EQ(first.psnr.value(), psnr);
}

TEST(Evaluator, WritesReadableReports) {
  const TempDir dir;
  write_file_atomically(dir / "b, \"c\".png", image::encode_png(image::gradient_picture(64, 48, 3)),
                        false);
  EvalOptions options;
  options.data = {dir / "b, \"c\".png"};
  options.out = dir / "report";
  options.baselines = {"jpeg"};
  static_cast<void>(evaluate(options));

  const std::string images = text_of(dir / "report/images.csv");
  EXPECT_EQ(images.rfind("codec,image,quality,", 0), 0U);
  EXPECT_NE(images.find("b, \"\"c\"\".png\""), std::string::npos);
  const auto lines = static_cast<std::size_t>(std::count(images.begin(), images.end(), '\n'));
  EXPECT_EQ(lines, 1 + find_baseline("jpeg").qualities.size());
  EXPECT_EQ(
      text_of(dir / "report/curves.csv")
          .rfind("codec,quality,bpp,psnr_db,ms_ssim,ssimulacra2,butteraugli_3norm,origin\n", 0),
      0U);
  const auto json = nlohmann::json::parse(text_of(dir / "report/report.json"));
  EXPECT_EQ(json.at("pictures"), 1);
  EXPECT_EQ(json.at("curves").at(0).at("codec"), "jpeg");
  EXPECT_EQ(json.at("curves").at(0).at("points").size(), find_baseline("jpeg").qualities.size());
  EXPECT_FALSE(json.at("machine").at("processor").get<std::string>().empty());
}

TEST(Evaluator, MeasuresWhatItIsAskedFor) {
  const TempDir dir;
  write_file_atomically(dir / "a.png", image::encode_png(image::gradient_picture(64, 48, 3)),
                        false);
  EvalOptions options;
  options.data = {dir / "a.png"};
  options.out = dir / "report";
  options.metrics = {"ssimulacra2", "psnr"};
  const EvalReport report = evaluate(options);
  ASSERT_EQ(report.metrics.size(), 2U);
  EXPECT_EQ(report.missing_metrics, "");
  for (const ImageRow& row : report.rows) {
    EXPECT_TRUE(row.point.psnr.has_value());
    EXPECT_LE(row.point.ssimulacra2.value(), 100.0);
    EXPECT_FALSE(row.point.ms_ssim.has_value());
    EXPECT_FALSE(row.point.butteraugli.has_value());
  }
  const auto json = nlohmann::json::parse(text_of(dir / "report/report.json"));
  EXPECT_EQ(json.at("metrics").at(1).at("name"), "ssimulacra2");
  EXPECT_TRUE(json.at("bd_rate").at(0).contains("ssimulacra2_percent"));
  EXPECT_FALSE(json.at("curves").at(0).at("points").at(0).contains("ms_ssim"));
  EXPECT_EQ(
      text_of(dir / "report/bd_rates.csv")
          .rfind("codec,anchor,origin,psnr_percent,ssimulacra2_percent\nwebp,jpeg,measured,", 0),
      0U);
  EXPECT_FALSE(std::filesystem::exists(dir / "report/ms_ssim.svg"));
  options.metrics = {"vmaf"};
  options.overwrite = true;
  EXPECT_EQ(image::code_of([&] { (void)evaluate(options); }), ErrorCode::kInvalidArgument);
}

TEST(Evaluator, KeepsAnOlderReport) {
  const TempDir dir;
  write_file_atomically(dir / "a.png", image::encode_png(image::gradient_picture(64, 48, 3)),
                        false);
  EvalOptions options;
  options.data = {dir / "a.png"};
  options.out = dir.path();
  options.baselines = {"jpeg"};
  write_file_atomically(dir / "report.json", Bytes{'o', 'l', 'd'}, false);
  EXPECT_EQ(image::code_of([&] { (void)evaluate(options); }), ErrorCode::kExists);
  EXPECT_EQ(text_of(dir / "report.json"), "old");
  EXPECT_EQ(dir.count(), 2U);
  options.overwrite = true;
  static_cast<void>(evaluate(options));
  EXPECT_NE(text_of(dir / "report.json"), "old");
}

TEST(Evaluator, RefusesEmptyTasks) {
  const TempDir dir;
  EvalOptions options;
  options.data = {dir.path()};
  EXPECT_EQ(image::code_of([&] { (void)evaluate(options); }), ErrorCode::kInvalidArgument);
  write_file_atomically(dir / "broken.png", Bytes{1, 2, 3}, false);
  EXPECT_EQ(image::code_of([&] { (void)evaluate(options); }), ErrorCode::kUnsupportedImage);
  options.baselines = {"gif"};
  EXPECT_EQ(image::code_of([&] { (void)evaluate(options); }), ErrorCode::kInvalidArgument);
  options.baselines = {};
  EXPECT_EQ(image::code_of([&] { (void)evaluate(options); }), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace imgcnn::eval
