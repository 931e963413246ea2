#pragma once
// Several items under way at once: while some are read or written, as many are computed as there
// are cores.

#include <cstddef>
#include <exception>
#include <functional>

namespace imgcnn::cli {

/// What happens to item i. A step is left out when an earlier one of the same item threw. The steps
/// of one item follow each other on one thread, but for `finish`; those of several run at the same
/// time.
struct PipelineSteps {
  std::function<void(std::size_t)> load;
  /// How many cores the computation of a loaded item keeps busy, at least 1; more than there are
  /// count as all of them.
  std::function<std::size_t(std::size_t)> cores;
  std::function<void(std::size_t)> compute;
  std::function<void(std::size_t)> store;
  /// On the calling thread, in order, for every item: what a step threw, or null. Must not throw.
  std::function<void(std::size_t, std::exception_ptr)> finish;
};

struct PipelineLimits {
  std::size_t in_flight = 1;  ///< items between `load` and `finish` at any time
  std::size_t cores = 1;      ///< that computations may keep busy at any time
};

/// Sends `count` items through the steps. With one in flight everything happens on the calling
/// thread. Threads that cannot be started are done without.
void run_pipeline(std::size_t count, const PipelineLimits& limits, const PipelineSteps& steps);

}  // namespace imgcnn::cli
