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

}  // namespace

Plot rd_plot(const EvalReport& report, const Metric& metric) {
  const std::string over = report.pictures == 1
                               ? " of one picture"
                               : ", mean over " + std::to_string(report.pictures) + " pictures";
  const bool has_unit = *metric.unit != '\0';
  Plot plot;
  plot.title = metric.title + over;
  plot.x_label = "bits per pixel";
  plot.y_label = metric.title + (has_unit ? std::string(" in ") + metric.unit : "");
  plot.x_max = highest_bpp(report);
  plot.y_falls = metric.lower_is_better;
  int id = 0;
  const auto add = [&](const std::string& name, bool published,
                       const std::vector<RdPoint>& points) {
    PlotSeries series;
    series.id = id++;
    series.name = name;
    series.dashed = published;
    for (const RdPoint& point : points) {
      const std::optional<double>& value = point.*metric.value;
      if (!value) continue;
      const double y = metric.plotted(*value);
      const std::string setting = published ? "" : ", quality " + fixed(point.quality, 0);
      series.points.push_back({point.bpp, y,
                               name + setting + ": " + fixed(point.bpp, 3) + " bpp, " +
                                   fixed(y, 2) + (has_unit ? " " : "") + metric.unit});
    }
    if (!series.points.empty()) plot.series.push_back(std::move(series));
  };
  for (const CodecCurve& curve : report.curves) add(curve.codec, false, curve.points);
  for (const PublishedCurve& curve : report.published)
    add(curve.name + " (published)", true, curve.points);
  return plot;
}

}  // namespace imgcnn::eval
