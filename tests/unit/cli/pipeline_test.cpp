#include "cli/engine/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace imgcnn::cli {
namespace {

// Items that nap where files would be waited for; what happened to each, and how many were under
// way at once.
class PipelineTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  static constexpr std::size_t kItems = 40;
  static constexpr std::size_t kCores = 2;

  /// Every fifth item asks for more cores than there are.
  static std::size_t steps_cores(std::size_t i) { return i % 5 == 0 ? 8 : 1; }

  void run(std::size_t count) {
    PipelineSteps steps;
    steps.load = [this](std::size_t i) {
      const int now = ++under_way_;
      for (int seen = most_; now > seen && !most_.compare_exchange_weak(seen, now);) {
      }
      nap(i % 3);
      fail_at(i, 7);
      loaded_[i] = true;
    };
    steps.compute = [this](std::size_t i) {
      EXPECT_TRUE(loaded_[i]);
      const int used = static_cast<int>(std::min(steps_cores(i), kCores));
      EXPECT_LE(busy_ += used, static_cast<int>(kCores));
      nap(1);
      busy_ -= used;
      fail_at(i, 8);
      const std::lock_guard<std::mutex> lock(mutex_);
      computed_.insert(i);
    };
    steps.cores = steps_cores;
    steps.store = [this](std::size_t i) {
      nap(2 - i % 3);
      fail_at(i, 9);
      stored_[i] = true;
    };
    steps.finish = [this](std::size_t i, const std::exception_ptr& error) {
      EXPECT_EQ(std::this_thread::get_id(), main_);
      EXPECT_EQ(stored_[i].load(), !error);
      finished_.push_back(i);
      if (error) failed_.push_back(i);
      --under_way_;
    };
    run_pipeline(count, {GetParam(), kCores}, steps);
  }

  static void nap(std::size_t milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  }
  static void fail_at(std::size_t i, std::size_t step) {
    if (i % 10 == step) throw std::runtime_error("as planned");
  }

  std::thread::id main_ = std::this_thread::get_id();
  std::array<std::atomic<bool>, kItems> loaded_{};
  std::array<std::atomic<bool>, kItems> stored_{};
  std::mutex mutex_;
  std::set<std::size_t> computed_;
  std::atomic<int> busy_{0};
  std::vector<std::size_t> finished_;
  std::vector<std::size_t> failed_;
  std::atomic<int> under_way_{0};
  std::atomic<int> most_{0};
};

TEST_P(PipelineTest, EveryItemFinishesOnceInOrderWithItsOwnError) {
  run(kItems);
  ASSERT_EQ(finished_.size(), kItems);
  for (std::size_t i = 0; i < kItems; ++i) EXPECT_EQ(finished_[i], i);
  EXPECT_EQ(failed_.size(), 3 * kItems / 10);
  for (const std::size_t i : failed_) EXPECT_GE(i % 10, 7U);
  EXPECT_EQ(computed_.size(), 8 * kItems / 10);
  EXPECT_LE(most_, static_cast<int>(GetParam()));
}

TEST_P(PipelineTest, NothingToDo) {
  run(0);
  EXPECT_TRUE(finished_.empty());
}

INSTANTIATE_TEST_SUITE_P(InFlight, PipelineTest, ::testing::Values(1, 2, 3, 8, 64));

}  // namespace
}  // namespace imgcnn::cli
