#include "cli/engine/pipeline.h"

#include <chrono>
#include <deque>
#include <future>

namespace imgcnn::cli {
namespace {

// What waiting for it throws, or null.
std::exception_ptr outcome_of(std::future<void>& step) {
  try {
    step.get();
    return nullptr;
  } catch (...) {
    return std::current_exception();
  }
}

std::future<void> already_failed(const std::exception_ptr& error) {
  std::promise<void> promise;
  promise.set_exception(error);
  return promise.get_future();
}

bool is_ready(const std::future<void>& step) {
  return step.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

void run_pipeline(std::size_t count, std::size_t in_flight, const PipelineSteps& steps) {
  const auto policy = in_flight > 1 ? std::launch::async : std::launch::deferred;
  std::deque<std::future<void>> loading;
  std::deque<std::future<void>> storing;
  std::size_t started = 0;
  std::size_t finished = 0;
  const auto finish_oldest = [&] {
    const std::exception_ptr error = outcome_of(storing.front());
    storing.pop_front();
    steps.finish(finished++, error);
  };
  for (std::size_t i = 0; i < count; ++i) {
    while (!storing.empty() && (is_ready(storing.front()) || (loading.empty() && storing.size() >= in_flight))) {
      finish_oldest();
    }
    for (; started < count && loading.size() + storing.size() < in_flight; ++started) {
      loading.push_back(std::async(policy, steps.load, started));
    }
    std::exception_ptr error = outcome_of(loading.front());
    loading.pop_front();
    try {
      if (!error) steps.compute(i);
    } catch (...) {
      error = std::current_exception();
    }
    storing.push_back(error ? already_failed(error) : std::async(policy, steps.store, i));
  }
  while (!storing.empty()) finish_oldest();
}

}  // namespace imgcnn::cli
