// Points of a report as plots.
#include "rd_plots.h"

#include <algorithm>

#include "html_text.h"

namespace imgcnn::eval {
namespace {

/// Rates up to a little more than the models reach, or what reports compare at.
double highest_bpp(const EvalReport& report) {
  constexpr double kMargin = 1.05;
  double highest = 0.0;
  for (const CodecCurve& curve : report.curves) {
    for (const RdPoint& point : curve.points) {
      if (curve.is_model) highest = std::max(highest, point.bpp);
    }
  }
  return kMargin * std::max(highest, kReportRange.high);
}

/// Measured curves first, then published ones; `value` gives y, 0 = not known.
Plot plot_of(const EvalReport& report, const std::string& measure, const char* y_label,
             double (*value)(const RdPoint&)) {
  const std::string over = report.pictures == 1
                               ? " of one picture"
                               : ", mean over " + std::to_string(report.pictures) + " pictures";
  Plot plot{measure + over, "bits per pixel", y_label, highest_bpp(report), {}};
  int id = 0;
  const auto add = [&](const std::string& name, bool published,
                       const std::vector<RdPoint>& points) {
    PlotSeries series;
    series.id = id++;
    series.name = name;
    series.dashed = published;
    for (const RdPoint& point : points) {
      const double y = value(point);
      if (!(y > 0.0)) continue;
      const std::string setting = published ? "" : ", quality " + fixed(point.quality, 0);
      series.points.push_back(
          {point.bpp, y,
           name + setting + ": " + fixed(point.bpp, 3) + " bpp, " + fixed(y, 2) + " dB"});
    }
    if (!series.points.empty()) plot.series.push_back(std::move(series));
  };
  for (const CodecCurve& curve : report.curves) add(curve.codec, false, curve.points);
  for (const PublishedCurve& curve : report.published)
    add(curve.name + " (published)", true, curve.points);
  return plot;
}

}  // namespace

Plot psnr_plot(const EvalReport& report) {
  return plot_of(report, "PSNR", "PSNR in dB", [](const RdPoint& point) { return point.psnr; });
}

Plot ms_ssim_plot(const EvalReport& report) {
  return plot_of(report, "MS-SSIM", "MS-SSIM in dB", [](const RdPoint& point) {
    return point.ms_ssim > 0.0 ? ms_ssim_db(point.ms_ssim) : 0.0;
  });
}

}  // namespace imgcnn::eval
