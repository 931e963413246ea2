// Interpolation and rate differences on curves with known answers.
#include "imgcnn/eval/rd_curve.h"

#include <gtest/gtest.h>

#include <cmath>

#include "imgcnn/base/error.h"
#include "imgcnn/eval/metrics.h"

namespace imgcnn::eval {
namespace {

/// PSNR = 30 + 10 log10(bpp) + bend * log10(bpp)^2, times a factor in rate.
std::vector<RdPoint> curve(double factor, double bend = -2.0) {
  std::vector<RdPoint> points;
  for (const double bpp : {0.1, 0.2, 0.35, 0.6, 1.0, 1.6}) {
    const double l = std::log10(bpp);
    points.push_back({0.0, bpp * factor, 30.0 + 10.0 * l + bend * l * l});
  }
  return points;
}

double psnr_bd_rate(const std::vector<RdPoint>& anchor, const std::vector<RdPoint>& test,
                    const std::optional<BppRange>& range = std::nullopt) {
  return bd_rate(anchor, test, find_metric("psnr"), range);
}

TEST(BdRate, IsTheFactorBetweenScaledCurves) {
  EXPECT_NEAR(psnr_bd_rate(curve(1.0), curve(1.0)), 0.0, 1e-9);
  EXPECT_NEAR(psnr_bd_rate(curve(1.0), curve(0.8)), -20.0, 0.05);
  EXPECT_NEAR(psnr_bd_rate(curve(1.0), curve(1.5)), 50.0, 0.1);
  EXPECT_NEAR(psnr_bd_rate(curve(1.0), curve(0.8), kReportRange), -20.0, 0.05);
}

TEST(BdRate, RangeLeavesTheRestOut) {
  // Equal below 0.6 bpp, twice the rate above.
  std::vector<RdPoint> test = curve(1.0);
  test[4].bpp *= 2.0;
  test[5].bpp *= 2.0;
  EXPECT_GT(psnr_bd_rate(curve(1.0), test), 10.0);
  EXPECT_NEAR(psnr_bd_rate(curve(1.0), test, BppRange{0.1, 0.35}), 0.0, 0.5);
}

TEST(BdRate, AtEqualMsSsim) {
  // Better by 2 dB of PSNR, while MS-SSIM takes twice the rate.
  std::vector<RdPoint> anchor = curve(1.0);
  for (std::size_t i = 0; i < anchor.size(); ++i)
    anchor[i].ms_ssim = 0.9 + 0.015 * static_cast<double>(i);
  std::vector<RdPoint> test = anchor;
  for (RdPoint& point : test) {
    point.bpp *= 2.0;
    *point.psnr += 20.0 * std::log10(2.0) + 2.0;
  }
  EXPECT_NEAR(bd_rate(anchor, test, find_metric("ms-ssim")), 100.0, 1e-6);
  EXPECT_LT(psnr_bd_rate(anchor, test), 0.0);
  EXPECT_THROW((void)bd_rate(curve(1.0), test, find_metric("ms-ssim")), Error)
      << "no MS-SSIM is known";
}

TEST(BdRate, LowerIsBetterForButteraugli) {
  // Twice the rate for the same 3-norms, which fall as the rate rises.
  std::vector<RdPoint> anchor = curve(1.0);
  for (std::size_t i = 0; i < anchor.size(); ++i)
    anchor[i].butteraugli = 4.0 - 0.5 * static_cast<double>(i);
  std::vector<RdPoint> test = anchor;
  for (RdPoint& point : test) point.bpp *= 2.0;
  const Metric& metric = find_metric("butteraugli");
  EXPECT_NEAR(bd_rate(anchor, test, metric), 100.0, 1e-6);
  EXPECT_NEAR(bd_rate(test, anchor, metric), -50.0, 1e-6);
  // A point that costs more and looks worse is beaten.
  test.push_back({0.0, 2.5, 40.0, {}, {}, 3.9});
  EXPECT_NEAR(bd_rate(anchor, test, metric), 100.0, 1e-6);
}

TEST(BdRate, TakesScoresBelowZero) {
  std::vector<RdPoint> anchor = curve(1.0);
  for (std::size_t i = 0; i < anchor.size(); ++i)
    anchor[i].ssimulacra2 = -30.0 + 20.0 * static_cast<double>(i);
  std::vector<RdPoint> test = anchor;
  for (RdPoint& point : test) point.bpp *= 0.8;
  EXPECT_NEAR(bd_rate(anchor, test, find_metric("ssimulacra2")), -20.0, 1e-6);
}

TEST(BdRate, IgnoresOrderAndBeatenPoints) {
  std::vector<RdPoint> shuffled = curve(0.7);
  std::swap(shuffled[0], shuffled[4]);
  shuffled.push_back({0.0, 0.9, 10.0});
  EXPECT_NEAR(psnr_bd_rate(curve(1.0), shuffled), psnr_bd_rate(curve(1.0), curve(0.7)), 1e-9);
}

TEST(BdRate, RefusesCurvesWithNothingInCommon) {
  std::vector<RdPoint> better = curve(1.0);
  for (RdPoint& point : better) *point.psnr += 50.0;
  EXPECT_THROW((void)psnr_bd_rate(curve(1.0), better), Error);
  EXPECT_THROW((void)psnr_bd_rate(curve(1.0), {better[0]}), Error);
  EXPECT_THROW((void)psnr_bd_rate(curve(1.0), curve(100.0), kReportRange), Error);
}

TEST(MsSsimDb, IsLogarithmicAndFinite) {
  EXPECT_NEAR(ms_ssim_db(0.9), 10.0, 1e-9);
  EXPECT_NEAR(ms_ssim_db(0.99), 20.0, 1e-9);
  EXPECT_DOUBLE_EQ(ms_ssim_db(1.0), 60.0);
}

TEST(PsnrAtBpp, InterpolatesAndClamps) {
  EXPECT_NEAR(psnr_at_bpp(curve(1.0), 0.35), *curve(1.0)[2].psnr, 1e-9);
  const double l = std::log10(0.45);
  EXPECT_NEAR(psnr_at_bpp(curve(1.0), 0.45), 30.0 + 10.0 * l - 2.0 * l * l, 0.02);
  EXPECT_NEAR(psnr_at_bpp(curve(1.0), 9.0), *curve(1.0)[5].psnr, 1e-9);
}

}  // namespace
}  // namespace imgcnn::eval
