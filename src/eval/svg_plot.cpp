// Axes with round numbers, lines and dots.
#include "svg_plot.h"

#include <algorithm>
#include <cmath>

#include "html_text.h"
#include "page_assets.h"

namespace imgcnn::eval {
namespace {

// The drawing in its own units; the page scales it.
constexpr double kWidth = 720.0;
constexpr double kHeight = 500.0;
constexpr double kLeft = 84.0;
constexpr double kTop = 46.0;
constexpr double kPlotWidth = kWidth - kLeft - 18.0;
constexpr double kPlotHeight = kHeight - kTop - 72.0;

struct Axis {
  double low = 0.0;
  double high = 1.0;
  double step = 1.0;
  bool falls = false;  ///< from bottom to top
};

/// Limits on multiples of 1, 2 or 5 times a power of ten, some eight steps apart.
Axis round_axis(double low, double high) {
  constexpr double kSteps = 8.0;
  if (!(high - low > 1e-9)) {
    low -= 0.5;
    high = low + 1.0;
  }
  const double raw = (high - low) / kSteps;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double lead = raw / power;
  const double step = power * (lead < 1.4 ? 1.0 : lead < 3.5 ? 2.0 : lead < 7.0 ? 5.0 : 10.0);
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step, false};
}

/// Over what is worth seeing: the points of the x range but for its crowded left end.
Axis y_axis_of(const Plot& plot) {
  constexpr double kCrowdedShare = 0.05;
  double low = HUGE_VAL;
  double high = -HUGE_VAL;
  for (const PlotSeries& series : plot.series) {
    for (const PlotPoint& point : series.points) {
      if (point.x < kCrowdedShare * plot.x_max || point.x > plot.x_max) continue;
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
  }
  Axis axis = low <= high ? round_axis(low, high) : Axis{};
  axis.falls = plot.y_falls;
  return axis;
}

/// Where a value lies along its axis, 0..1.
double share(const Axis& axis, double value) {
  const double risen = (value - axis.low) / (axis.high - axis.low);
  return axis.falls ? 1.0 - risen : risen;
}

int decimals_of(double step) {
  return std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
}

std::string line(const char* kind, double x1, double y1, double x2, double y2) {
  return std::string("<line class=\"") + kind + "\" x1=\"" + fixed(x1, 1) + "\" y1=\"" +
         fixed(y1, 1) + "\" x2=\"" + fixed(x2, 1) + "\" y2=\"" + fixed(y2, 1) + "\"/>";
}

std::string extent(double width, double height) {
  const std::string w = fixed(width, 0);
  const std::string h = fixed(height, 0);
  return "width=\"" + w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h + "\"";
}

std::string text(double x, double y, const char* anchor, const std::string& content,
                 const std::string& more = "") {
  return "<text x=\"" + fixed(x, 1) + "\" y=\"" + fixed(y, 1) + "\" text-anchor=\"" + anchor +
         "\"" + more + ">" + escape_html(content) + "</text>";
}

std::string grid(const Axis& x_axis, const Axis& y_axis, double x_max) {
  std::string svg;
  for (double value = x_axis.low; value <= x_max + 1e-9; value += x_axis.step) {
    const double x = kLeft + value / x_max * kPlotWidth;
    svg += line("grid", x, kTop, x, kTop + kPlotHeight);
    svg += text(x, kTop + kPlotHeight + 26.0, "middle", fixed(value, decimals_of(x_axis.step)));
  }
  for (double value = y_axis.low; value <= y_axis.high + 1e-9; value += y_axis.step) {
    const double y = kTop + (1.0 - share(y_axis, value)) * kPlotHeight;
    svg += line("grid", kLeft, y, kLeft + kPlotWidth, y);
    svg += text(kLeft - 8.0, y + 5.0, "end", fixed(value, decimals_of(y_axis.step)));
  }
  return svg + line("frame", kLeft, kTop + kPlotHeight, kLeft + kPlotWidth, kTop + kPlotHeight) +
         line("frame", kLeft, kTop, kLeft, kTop + kPlotHeight) + "\n";
}

std::string curve(const PlotSeries& series, const Axis& y_axis, double x_max) {
  std::string path;
  std::string dots;
  for (const PlotPoint& point : series.points) {
    const std::string x = fixed(point.x / x_max * kPlotWidth, 1);
    const std::string y = fixed((1.0 - share(y_axis, point.y)) * kPlotHeight, 1);
    path += (path.empty() ? "" : " ") + x + "," + y;
    dots += "<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"" +
            (series.dashed ? "7\" opacity=\"0" : "4") + "\"><title>" + escape_html(point.label) +
            "</title></circle>";
  }
  return "<g " + series_attributes(series.id, series.dashed) + "><polyline points=\"" + path +
         "\"/>" + dots + "</g>\n";
}

}  // namespace

std::string series_attributes(int id, bool dashed) {
  constexpr int kFirstHue = 212;
  constexpr double kGoldenAngle = 137.508;  // neighbours in the list get hues far apart
  const int hue = (kFirstHue + static_cast<int>(std::lround(kGoldenAngle * id))) % 360;
  return std::string("class=\"series") + (dashed ? " dashed" : "") + "\" data-series=\"" +
         std::to_string(id) + "\" style=\"--h:" + std::to_string(hue) + "\"";
}

std::string svg_plot(const Plot& plot) {
  const Axis x_axis = round_axis(0.0, plot.x_max);
  const Axis y_axis = y_axis_of(plot);
  std::string svg = "<svg class=\"plot\" " + extent(kWidth, kHeight) +
                    " role=\"img\" aria-label=\"" + escape_html(plot.title) + "\">\n";
  svg += text(kLeft + kPlotWidth / 2.0, 26.0, "middle", plot.title, " class=\"title\"");
  svg += grid(x_axis, y_axis, plot.x_max);
  svg += text(kLeft + kPlotWidth / 2.0, kHeight - 14.0, "middle", plot.x_label);
  svg +=
      text(0.0, 0.0, "middle", plot.y_label,
           " transform=\"translate(24 " + fixed(kTop + kPlotHeight / 2.0, 1) + ") rotate(-90)\"");
  // An inner <svg> cuts off what leaves the plot.
  svg += "<svg x=\"" + fixed(kLeft, 0) + "\" y=\"" + fixed(kTop, 0) + "\" width=\"" +
         fixed(kPlotWidth, 0) + "\" height=\"" + fixed(kPlotHeight, 0) + "\">\n";
  // The first series, which matters most, lies on top.
  for (auto series = plot.series.rbegin(); series != plot.series.rend(); ++series) {
    svg += curve(*series, y_axis, plot.x_max);
  }
  return svg + "</svg></svg>\n";
}

std::string svg_document(const Plot& plot) {
  constexpr double kLegendWidth = 300.0;
  constexpr double kLegendRow = 26.0;
  constexpr double kSample = 30.0;
  const double rows = static_cast<double>(plot.series.size());
  const double height = std::max(kHeight, 2.0 * kTop + rows * kLegendRow);
  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" " + extent(kWidth + kLegendWidth, height) +
      " font-family=\"system-ui, sans-serif\">\n<style>" + kPlotStyle +
      "</style>\n<rect width=\"100%\" height=\"100%\" style=\"fill: var(--back)\"/>\n" +
      svg_plot(plot) + "<g class=\"plot\">\n";
  double y = kTop;
  for (const PlotSeries& series : plot.series) {
    const double end = kWidth + kSample;
    svg += "<g " + series_attributes(series.id, series.dashed) + ">" + line("", kWidth, y, end, y);
    if (!series.dashed)
      svg += "<circle cx=\"" + fixed(kWidth + kSample / 2.0, 1) + "\" cy=\"" + fixed(y, 1) +
             "\" r=\"4\"/>";
    svg += "</g>" + text(end + 8.0, y + 5.0, "start", series.name) + "\n";
    y += kLegendRow;
  }
  return svg + "</g>\n</svg>\n";
}

}  // namespace imgcnn::eval
