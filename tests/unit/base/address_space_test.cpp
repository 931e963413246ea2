#include "imgcnn/base/address_space.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace imgcnn {
namespace {

constexpr std::uint64_t kMegabyte = 1 << 20;

/// What `can_map` says in a child that may have `limit` bytes of `resource`.
bool can_map_within(int resource, std::uint64_t limit, std::uint64_t bytes, Mapping mapping) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit most = {limit, limit};
    if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &most) != 0) ::_exit(2);
    ::_exit(can_map(bytes, mapping) ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 2);
  return WEXITSTATUS(status) == 0;
}

TEST(AddressSpace, CanBeMappedUpToItsLimit) {
  constexpr std::uint64_t kLimit = 4096 * kMegabyte;
  for (const Mapping mapping : {Mapping::kAddresses, Mapping::kMemory}) {
    EXPECT_TRUE(can_map_within(RLIMIT_AS, kLimit, 1024 * kMegabyte, mapping));
    EXPECT_FALSE(can_map_within(RLIMIT_AS, kLimit, kLimit, mapping));
  }
}

TEST(AddressSpace, OnlyMemoryCountsAsData) {
  EXPECT_TRUE(can_map_within(RLIMIT_DATA, 256 * kMegabyte, 512 * kMegabyte, Mapping::kAddresses));
  EXPECT_FALSE(can_map_within(RLIMIT_DATA, 256 * kMegabyte, 512 * kMegabyte, Mapping::kMemory));
}

TEST(AddressSpace, NothingStaysMapped) {
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(can_map(1024 * 1024 * kMegabyte, Mapping::kAddresses)) << i;
}

TEST(LargePages, HoldZerosOfAnySize) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1000}, std::size_t{3} << 20}) {
    const auto zeros = zeros_in_large_pages<float>(size);
    EXPECT_EQ(zeros.size(), size);
    EXPECT_EQ(static_cast<std::size_t>(std::count(zeros.begin(), zeros.end(), 0.0F)), size);
  }
}

}  // namespace
}  // namespace imgcnn
