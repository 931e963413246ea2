#include "codec/library_setup.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

namespace imgcnn::codec {
namespace {

TEST(LibrarySetup, ThreadsWaitWithoutSpinningUnlessToldOtherwise) {
  unsetenv("OMP_WAIT_POLICY");
  unsetenv("OPENBLAS_NUM_THREADS");
  set_library_environment();
  EXPECT_EQ(std::string(getenv("OMP_WAIT_POLICY")), "passive");
  EXPECT_EQ(std::string(getenv("OPENBLAS_NUM_THREADS")), "1");
  setenv("OMP_WAIT_POLICY", "active", 1);
  set_library_environment();
  EXPECT_EQ(std::string(getenv("OMP_WAIT_POLICY")), "active");
}

TEST(LibrarySetup, FindsSpaceWhereThereIsNoLimit) { EXPECT_NO_THROW(require_library_space()); }

}  // namespace
}  // namespace imgcnn::codec
