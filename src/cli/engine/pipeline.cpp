#include "cli/engine/pipeline.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace imgcnn::cli {
namespace {

/// Cores that computations take in the order in which they ask, so that one that wants all is not
/// passed over for ever.
class Cores {
 public:
  explicit Cores(std::size_t count) : free_(count) {}

  void take(std::size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    const std::size_t turn = asked_++;
    changed_.wait(lock, [&] { return served_ == turn && free_ >= count; });
    free_ -= count;
    ++served_;
    changed_.notify_all();
  }
  void give_back(std::size_t count) {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_ += count;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t free_, asked_ = 0, served_ = 0;
};

class Pipeline {
 public:
  Pipeline(std::size_t count, const PipelineLimits& limits, const PipelineSteps& steps)
      : count_(count), limits_(limits), steps_(steps), cores_(limits.cores) {}

  void run() {
    std::vector<std::thread> workers;
    try {
      for (std::size_t i = 0; i < std::min(limits_.in_flight, count_); ++i)
        workers.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      if (workers.empty()) return run_here();
    }
    std::unique_lock<std::mutex> lock(mutex_);
    for (; finished_ < count_; ++finished_, changed_.notify_all()) {
      changed_.wait(lock, [&] { return done_.count(finished_) != 0; });
      const auto error = done_.extract(finished_).mapped();
      const std::size_t item = finished_;
      lock.unlock();
      steps_.finish(item, error);
      lock.lock();
    }
    lock.unlock();
    for (auto& worker : workers) worker.join();
  }

  void run_here() {
    for (std::size_t i = 0; i < count_; ++i) steps_.finish(i, outcome_of(i));
  }

 private:
  /// What a step of the item throws, or null.
  std::exception_ptr outcome_of(std::size_t item) {
    try {
      steps_.load(item);
      const std::size_t cores = std::clamp<std::size_t>(steps_.cores(item), 1, limits_.cores);
      cores_.take(cores);
      try {
        steps_.compute(item);
      } catch (...) {
        cores_.give_back(cores);
        throw;
      }
      cores_.give_back(cores);
      steps_.store(item);
      return nullptr;
    } catch (...) {
      return std::current_exception();
    }
  }

  void work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return next_ == count_ || next_ < finished_ + limits_.in_flight; });
      if (next_ == count_) return;
      const std::size_t item = next_++;
      lock.unlock();
      const auto error = outcome_of(item);
      lock.lock();
      done_.emplace(item, error);
      changed_.notify_all();
    }
  }

  std::size_t count_;
  PipelineLimits limits_;
  const PipelineSteps& steps_;
  Cores cores_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0, finished_ = 0;
  std::map<std::size_t, std::exception_ptr> done_;  ///< of items that wait for their turn to finish
};

}  // namespace

void run_pipeline(std::size_t count, const PipelineLimits& limits, const PipelineSteps& steps) {
  Pipeline pipeline(count, limits, steps);
  if (limits.in_flight <= 1 || count <= 1)
    pipeline.run_here();
  else
    pipeline.run();
}

}  // namespace imgcnn::cli
