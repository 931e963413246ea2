#pragma once
// The report as one HTML page that needs nothing else.

#include <string>

#include "imgcnn/eval/evaluator.h"

namespace imgcnn::eval {

/// Plots, tables, and the gallery of gallery_html. Style and script are inside; nothing is loaded.
[[nodiscard]] std::string report_page(const EvalReport& report, const std::string& gallery);

}  // namespace imgcnn::eval
