// Work on several threads.
#include "image/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace imgcnn::image {
namespace {

TEST(Parallel, EveryPieceIsDoneOnce) {
  for (const int threads : {0, 1, 3, 100}) {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{57}}) {
      std::vector<std::atomic<int>> done(count);
      run_parallel(count, threads, [&](std::size_t i) { ++done[i]; });
      for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(done[i], 1) << threads << " " << i;
    }
  }
}

TEST(Parallel, WhatAPieceThrowsComesOut) {
  for (const int threads : {1, 4}) {
    std::atomic<int> done{0};
    const auto work = [&](std::size_t i) {
      if (i == 2) throw std::runtime_error("two");
      ++done;
    };
    EXPECT_THROW(run_parallel(1000000, threads, work), std::runtime_error) << threads;
    EXPECT_LT(done, 1000000 - 1) << threads;
  }
}

}  // namespace
}  // namespace imgcnn::image
