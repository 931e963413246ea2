#pragma once
// Line plots as SVG.

#include <string>
#include <vector>

namespace imgcnn::eval {

struct PlotPoint {
  double x = 0.0;
  double y = 0.0;
  std::string label;  ///< shown when pointed at
};

struct PlotSeries {
  /// The same in every plot of a page: it gives the hue, and scripts find the series by it.
  int id = 0;
  std::string name;               ///< in the legend of a plot that stands alone
  bool dashed = false;            ///< dashed and without dots
  std::vector<PlotPoint> points;  ///< x rising
};

struct Plot {
  std::string title;
  std::string x_label;
  std::string y_label;
  double x_max = 1.0;  ///< the axis begins at 0; what lies beyond is cut off
  std::vector<PlotSeries> series;
  bool y_falls = false;  ///< low values at the top
};

/// An <svg> element whose colours come from the page's style: classes frame, grid, series and
/// dashed, the hue in --h.
[[nodiscard]] std::string svg_plot(const Plot& plot);

/// The same as a whole SVG file, with its style and a legend.
[[nodiscard]] std::string svg_document(const Plot& plot);

/// The attributes that give a series its class, number and hue.
[[nodiscard]] std::string series_attributes(int id, bool dashed);

}  // namespace imgcnn::eval
