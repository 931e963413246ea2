// Threads that share work.

#include "imgcnn/base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

namespace imgcnn {
namespace {

using Counters = std::vector<std::atomic<int>>;

void expect_all_once(const Counters& counters) {
  for (std::size_t i = 0; i < counters.size(); ++i) EXPECT_EQ(counters[i], 1) << "item " << i;
}

TEST(ThreadPool, DoesEveryItemOnce) {
  for (const int threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const int count : {1, 2, 7, 1000}) {
      Counters counters(static_cast<std::size_t>(count));
      pool.run(count, [&](int item, int) { ++counters[static_cast<std::size_t>(item)]; });
      expect_all_once(counters);
    }
  }
}

TEST(ThreadPool, TakesAsManyThreadsAsCoresByItself) {
  ThreadPool pool(0);
  EXPECT_GE(pool.threads(), 1);
  Counters counters(100);
  pool.run(100, [&](int item, int) { ++counters[static_cast<std::size_t>(item)]; });
  expect_all_once(counters);
}

TEST(ThreadPool, HasNothingToDoForNoItems) {
  ThreadPool pool(3);
  pool.run(0, [](int, int) { ADD_FAILURE() << "there is no item"; });
}

TEST(ThreadPool, RunsOnTheCallerAloneWithOneThread) {
  ThreadPool pool(1);
  const auto caller = std::this_thread::get_id();
  std::vector<int> order;
  pool.run(5, [&](int item, int thread) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_EQ(thread, 0);
    order.push_back(item);
  });
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

// What tasks keep by the number of their thread belongs to one of them at a time.
TEST(ThreadPool, GivesEachThreadItsOwnNumber) {
  constexpr int kThreads = 4;
  ThreadPool pool(kThreads);
  std::vector<std::atomic<bool>> busy(kThreads);
  const auto caller = std::this_thread::get_id();
  pool.run(200, [&](int, int thread) {
    ASSERT_GE(thread, 0);
    ASSERT_LT(thread, kThreads);
    EXPECT_EQ(thread == 0, std::this_thread::get_id() == caller);
    EXPECT_FALSE(busy[static_cast<std::size_t>(thread)].exchange(true));
    std::this_thread::sleep_for(std::chrono::microseconds(50));
    busy[static_cast<std::size_t>(thread)] = false;
  });
}

TEST(ThreadPool, SharesItems) {
  ThreadPool pool(2);
  // Either item waits for the other: one thread alone would never end.
  std::atomic<int> present{0};
  pool.run(2, [&](int, int) {
    ++present;
    while (present < 2) std::this_thread::yield();
  });
  EXPECT_EQ(present, 2);
}

TEST(ThreadPool, ThrowsWhatATaskThrewAndStartsNoMore) {
  constexpr int kItems = 5000;
  for (const int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    std::atomic<int> begun{0}, running{0};
    try {
      pool.run(kItems, [&](int item, int) {
        ++begun;
        if (item == 3) throw std::runtime_error("item 3");
        ++running;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        --running;
      });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "item 3");
    }
    EXPECT_EQ(running, 0) << "a task outlives its call";
    EXPECT_LT(begun, kItems);
    EXPECT_GE(begun, 4);
    // The pool is as good as new.
    Counters counters(50);
    pool.run(50, [&](int item, int) { ++counters[static_cast<std::size_t>(item)]; });
    expect_all_once(counters);
  }
}

TEST(ThreadPool, ThrowsOneOfManyExceptions) {
  ThreadPool pool(3);
  EXPECT_THROW(pool.run(30, [](int item, int) { throw std::out_of_range(std::to_string(item)); }),
               std::out_of_range);
}

TEST(ThreadPool, ServesSeveralCallersAtOnce) {
  constexpr int kCallers = 5, kRounds = 20, kItems = 60;
  ThreadPool pool(3);
  std::vector<std::thread> callers;
  std::atomic<int> failed{0};
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (int round = 0; round < kRounds; ++round) {
        Counters counters(kItems);
        const bool fails = caller == 0 && round % 2 == 1;  // one caller's faults are nobody else's
        try {
          pool.run(kItems, [&](int item, int) {
            ++counters[static_cast<std::size_t>(item)];
            if (fails && item == 10) throw std::runtime_error("as planned");
          });
          EXPECT_FALSE(fails);
          expect_all_once(counters);
        } catch (const std::runtime_error&) {
          EXPECT_TRUE(fails);
          ++failed;
        }
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(failed, kRounds / 2);
}

TEST(ThreadPool, EndsWithAndWithoutWork) {
  for (int i = 0; i < 50; ++i) {
    const ThreadPool idle(4);
    ThreadPool used(4);
    used.run(8, [](int, int) {});
  }
}

}  // namespace
}  // namespace imgcnn
