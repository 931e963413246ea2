#pragma once
// The whole table of metrics, as reports hold it.

#include <vector>

#include "imgcnn/eval/metrics.h"

namespace imgcnn::eval {

inline std::vector<const Metric*> all_metrics() {
  std::vector<const Metric*> metrics;
  for (const Metric& metric : known_metrics()) metrics.push_back(&metric);
  return metrics;
}

}  // namespace imgcnn::eval
