#pragma once
// Threads that share work and sleep while there is none.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace imgcnn {

/// Cores that this process may use, at least 1.
[[nodiscard]] int usable_cores();

/// Threads for work in many equal parts.
class ThreadPool {
 public:
  /// threads: callers included; 0 = as many as cores may be used. Threads start with the first work
  /// that is shared.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] int threads() const { return threads_; }

  /// task(item, thread) for every item of [0, count), on the calling thread, whose number is 0, and
  /// on those that are idle, of 1 .. threads() - 1. Returns when all are done; throws what a task
  /// threw first, and starts none after that. Several threads may call at once. A thread that
  /// cannot be started is done without.
  void run(int count, const std::function<void(int item, int thread)>& task);

 private:
  struct Work;
  void start();
  void help(int thread);
  static void take_items(Work& work, int thread, std::unique_lock<std::mutex>& lock);

  int threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work*> open_;  ///< with items that nobody has taken
  std::vector<std::thread> helpers_;
  int active_ = 0;  ///< callers and helpers at work
  bool started_ = false, ends_ = false;
};

}  // namespace imgcnn
