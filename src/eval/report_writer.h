#pragma once
// The files of a report.

#include <string>

#include "imgcnn/eval/evaluator.h"

namespace imgcnn::eval {

/// The processor's name from /proc/cpuinfo; "unknown" where there is none.
[[nodiscard]] std::string processor_name();

/// Writes images.csv, curves.csv and report.json to the folder, which must exist. Throws kWrite.
void write_report(const EvalReport& report, const std::string& folder);

}  // namespace imgcnn::eval
