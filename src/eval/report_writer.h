#pragma once
// The files of a report.

#include <string>

#include "imgcnn/eval/evaluator.h"

namespace imgcnn::eval {

/// The processor's name from /proc/cpuinfo; "unknown" where there is none.
[[nodiscard]] std::string processor_name();

/// Throws kExists, naming the file, when the folder holds one of a report already.
void refuse_older_report(const std::string& folder);

/// Writes images.csv, curves.csv, bd_rates.csv, report.json, report.html, the page with that
/// gallery, and an SVG plot for every metric to the folder, which must exist. Throws kWrite, and
/// kExists when a file is there already and `overwrite` is false.
void write_report(const EvalReport& report, const std::string& gallery, const std::string& folder,
                  bool overwrite);

}  // namespace imgcnn::eval
