#include "imgcnn/base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <exception>
#include <system_error>

namespace imgcnn {
int usable_cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
  return 1;
}

/// A call of run. All members are guarded by the pool's mutex.
struct ThreadPool::Work {
  int count;
  const std::function<void(int, int)>& task;
  int next = 0, running = 0;
  std::exception_ptr error = {};
  std::condition_variable done = {};

  [[nodiscard]] bool is_open() const { return next < count && !error; }
};

ThreadPool::ThreadPool(int threads) : threads_(threads > 0 ? threads : usable_cores()) {}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  for (auto& helper : helpers_) helper.join();
}

void ThreadPool::take_items(Work& work, int thread, std::unique_lock<std::mutex>& lock) {
  while (work.is_open()) {
    const int item = work.next++;
    ++work.running;
    lock.unlock();
    std::exception_ptr error;
    try {
      work.task(item, thread);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    --work.running;
    if (error && !work.error) work.error = error;
  }
  if (work.running == 0) work.done.notify_all();
}

void ThreadPool::help(int thread) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ends_ || (!open_.empty() && active_ < threads_); });
    if (ends_) return;
    Work& work = *open_.front();
    ++active_;
    take_items(work, thread, lock);
    --active_;
    open_.erase(std::remove(open_.begin(), open_.end(), &work), open_.end());
  }
}

void ThreadPool::start() {
  started_ = true;
  try {
    for (int thread = 1; thread < threads_; ++thread)
      helpers_.emplace_back([this, thread] { help(thread); });
  } catch (const std::system_error&) {
    // Those that started share the work.
  }
}

void ThreadPool::run(int count, const std::function<void(int, int)>& task) {
  if (count <= 1 || threads_ == 1) {
    for (int item = 0; item < count; ++item) task(item, 0);
    return;
  }
  Work work{count, task};
  std::unique_lock<std::mutex> lock(mutex_);
  if (!started_) start();
  open_.push_back(&work);
  ++active_;
  changed_.notify_all();
  take_items(work, 0, lock);
  open_.erase(std::remove(open_.begin(), open_.end(), &work), open_.end());
  work.done.wait(lock, [&] { return work.running == 0; });
  --active_;
  changed_.notify_all();  // whoever had to stay out may help others now
  if (work.error) std::rethrow_exception(work.error);
}

}  // namespace imgcnn
