#pragma once
// Tests of kernels, once for each instruction set.

#include <gtest/gtest.h>

#include <string>

#include "entropy/context/context_kernels.h"

namespace imgcnn::entropy {

/// A test for each instruction set, by its name; skipped where the processor lacks it.
class ContextKernelsTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string name = GetParam();
    kernels_ = name == "plain"  ? &plain_context()
               : name == "avx2" ? avx2_context()
                                : avx512_context();
    if (kernels_ == nullptr) GTEST_SKIP() << "this processor has no " << name;
  }

  const ContextKernels* kernels_ = nullptr;
};

inline auto instruction_sets() { return ::testing::Values("plain", "avx2", "avx512"); }
inline std::string instruction_set_name(const ::testing::TestParamInfo<const char*>& set) {
  return set.param;
}

}  // namespace imgcnn::entropy
