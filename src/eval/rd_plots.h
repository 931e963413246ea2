#pragma once
// The rate-distortion curves of a report as plots.

#include "report_page.h"
#include "svg_plot.h"

namespace imgcnn::eval {

/// The curves by a metric over bits per pixel, measured ones first, then published ones; curves
/// that do not know it are left out.
[[nodiscard]] Plot rd_plot(const EvalReport& report, const Metric& metric);

}  // namespace imgcnn::eval
