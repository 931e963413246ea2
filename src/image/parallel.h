#pragma once
// Independent pieces of work on several threads.

#include <cstddef>
#include <functional>

namespace imgcnn::image {

/// Calls `work(i)` once for each i below `count`, on up to `threads` threads, this one among them; 0 = all cores.
/// Throws what a call has thrown, once all threads have ended; further calls are left out then.
void run_parallel(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace imgcnn::image
