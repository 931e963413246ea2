#pragma once
// The instruction sets that kernels are compiled for, and numbers to feed them.

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "image/random_pictures.h"
#include "runtime/kernels.h"

namespace imgcnn::runtime {

/// Null where the processor lacks them.
inline const Kernels* kernels_named(const std::string& name) {
  return name == "avx512" ? avx512_kernels() : name == "avx2" ? avx2_kernels() : &plain_kernels();
}

/// A test for each instruction set, by its name; skipped where the processor lacks it.
class ForEachInstructionSet : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    kernels_ = kernels_named(GetParam());
    if (kernels_ == nullptr) GTEST_SKIP() << "this processor has no " << GetParam();
  }

  const Kernels* kernels_ = nullptr;
};

inline const auto kInstructionSets = ::testing::Values("plain", "avx2", "avx512");

inline std::string name_of_set(const ::testing::TestParamInfo<const char*>& set) {
  return set.param;
}

using image::Random;
using image::random_values;

inline Matrix random_matrix(Random& random, int out, int in) {
  const auto outputs = static_cast<std::size_t>(out), inputs = static_cast<std::size_t>(in);
  return {out, in, random_values(random, outputs * inputs, 1 / std::sqrt(static_cast<float>(in))),
          random_values(random, outputs)};
}

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Equal bits: NaNs are equal here, zeros of different sign are not.
inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

/// Memory for results with room before and behind where nothing may be written.
class GuardedMemory {
 public:
  explicit GuardedMemory(std::size_t size) : size_(size), memory_(size + 2 * kGuard, kUntouched) {}

  [[nodiscard]] float* data() { return memory_.data() + kGuard; }
  [[nodiscard]] std::vector<float> values() const {
    const auto first = memory_.begin() + static_cast<std::ptrdiff_t>(kGuard);
    return {first, first + static_cast<std::ptrdiff_t>(size_)};
  }
  [[nodiscard]] bool guards_are_intact() const {
    for (std::size_t i = 0; i < kGuard; ++i) {
      if (memory_[i] != kUntouched || memory_[kGuard + size_ + i] != kUntouched) return false;
    }
    return true;
  }

  static constexpr float kUntouched = -77.0F;  ///< before anything is written

 private:
  static constexpr std::size_t kGuard = 1024;
  std::size_t size_;
  std::vector<float> memory_;
};

}  // namespace imgcnn::runtime
