#pragma once
// What measurements have in common: the machine in words, and the middle of many runs.

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace imgcnn::bench {

/// As the kernel names it.
inline std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

/// Of the last one, five and fifteen minutes: how many wanted a core.
inline std::string load_average() {
  std::ifstream file("/proc/loadavg");
  std::string one = "?", five = "?", fifteen = "?";
  file >> one >> five >> fifteen;
  return one + " " + five + " " + fifteen;
}

/// The upper of two in the middle. Requires: not empty.
inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace imgcnn::bench
