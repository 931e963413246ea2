#pragma once
// Reading, computing and writing of neighbouring items at the same time.

#include <cstddef>
#include <exception>
#include <functional>

namespace imgcnn::cli {

/// What happens to item i. A step is left out when an earlier one of the same item threw.
struct PipelineSteps {
  std::function<void(std::size_t)> load;     ///< on any thread
  std::function<void(std::size_t)> compute;  ///< on the calling thread, in order
  std::function<void(std::size_t)> store;    ///< on any thread
  /// On the calling thread, in order, for every item: what a step threw, or null. Must not throw.
  std::function<void(std::size_t, std::exception_ptr)> finish;
};

/// Sends `count` items through the steps. At most `in_flight` of them are between `load` and `finish` at any time; with
/// 1 everything happens on the calling thread.
void run_pipeline(std::size_t count, std::size_t in_flight, const PipelineSteps& steps);

}  // namespace imgcnn::cli
