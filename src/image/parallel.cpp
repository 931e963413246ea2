#include "image/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace imgcnn::image {

void run_parallel(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex guard;
  std::exception_ptr failure;
  const auto take_turns = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard<std::mutex> lock(guard);
      failure = std::current_exception();
    }
  };
  const auto wanted =
      static_cast<std::size_t>(threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::thread> helpers;
  try {
    while (helpers.size() + 1 < std::min(wanted, count)) helpers.emplace_back(take_turns);
  } catch (const std::system_error&) {
    // Where no more threads are to be had, fewer do the work.
  }
  take_turns();
  for (std::thread& helper : helpers) helper.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace imgcnn::image
