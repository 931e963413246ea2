// The order of packed weights, and that sums of integers fit.

#include "runtime/packed_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "test_kernels.h"

namespace imgcnn::runtime {
namespace {

constexpr int kWidths[] = {4, 8, 16};

std::size_t lane(int output, int width) { return static_cast<std::size_t>(output % (2 * width)); }

std::size_t step(int width) { return static_cast<std::size_t>(2 * width); }

int quantized(const PackedWeights& packed, int width, int output, int input) {
  const auto i = static_cast<std::size_t>(input);
  return packed.shorts(output /
                       (2 * width))[(i / 2 * step(width) + lane(output, width)) * 2 + i % 2];
}

float weight(const Matrix& matrix, int output, int input) {
  return matrix.weights[static_cast<std::size_t>(output * matrix.in + input)];
}

/// That no activations can make sums overflow, and that integers times their scale are the weights.
void check_integers(const Matrix& matrix) {
  for (const int width : kWidths) {
    const PackedWeights packed(matrix, Arithmetic::kInt16, width);
    for (int o = 0; o < packed.out(); ++o) {
      const double scale = packed.scales(o / (2 * width))[lane(o, width)];
      EXPECT_EQ(packed.bias(o / (2 * width))[lane(o, width)],
                o < matrix.out ? matrix.bias[static_cast<std::size_t>(o)] : 0.0F);
      std::int64_t sum = 0;
      for (int i = 0; i < packed.in(); ++i) {
        const int integer = quantized(packed, width, o, i);
        sum += std::abs(integer);
        EXPECT_LE(std::abs(integer), INT16_MAX);
        const double value =
            o < matrix.out && i < matrix.in ? static_cast<double>(weight(matrix, o, i)) : 0.0;
        // A scale that float32 cannot invert is none: what is as small is nothing beside any bias.
        const double tolerance = std::max(0.5001 * scale + 1e-6 * std::abs(value),
                                          262144.0 * std::numeric_limits<float>::min());
        EXPECT_NEAR(scale * integer, value, tolerance) << "output " << o << ", input " << i;
      }
      EXPECT_LE(sum * kActivationLimit, INT32_MAX) << "output " << o;
    }
  }
}

Matrix filled(int out, int in, float value) {
  const auto outputs = static_cast<std::size_t>(out);
  return {out, in, std::vector<float>(outputs * static_cast<std::size_t>(in), value),
          std::vector<float>(outputs, 1.0F)};
}

TEST(PackedWeights, KeepFloatsInTheOrderOfTheKernels) {
  Random random(1);
  const auto matrix = random_matrix(random, 50, 33);
  for (const int width : kWidths) {
    const PackedWeights packed(matrix, Arithmetic::kFloat, width);
    EXPECT_EQ(packed.in(), 48);
    EXPECT_EQ(packed.out(), 64);
    EXPECT_EQ(packed.panels() * 2 * width, 64);
    for (int o = 0; o < packed.out(); ++o) {
      const bool is_output = o < matrix.out;
      EXPECT_EQ(packed.bias(o / (2 * width))[lane(o, width)],
                is_output ? matrix.bias[static_cast<std::size_t>(o)] : 0.0F);
      for (int i = 0; i < packed.in(); ++i) {
        EXPECT_EQ(packed.floats(
                      o / (2 * width))[static_cast<std::size_t>(i) * step(width) + lane(o, width)],
                  is_output && i < matrix.in ? weight(matrix, o, i) : 0.0F);
      }
    }
  }
}

TEST(PackedWeights, FitSumsOfRandomWeights) {
  Random random(2);
  for (const int in : {1, 2, 33, 300, 4608}) check_integers(random_matrix(random, 5, in));
}

TEST(PackedWeights, FitSumsOfEqualWeights) {
  for (const int in : {1, 7, 8, 9, 64, 1024, 9216}) {
    for (const float value : {1.0F, -0.3F, 1e30F}) check_integers(filled(2, in, value));
  }
}

TEST(PackedWeights, FitSumsWithOneHugeWeight) {
  Random random(3);
  for (const float huge : {1e3F, -1e6F, 1e30F, std::numeric_limits<float>::max()}) {
    auto matrix = random_matrix(random, 3, 500);
    matrix.weights[700] = huge;
    check_integers(matrix);
  }
}

TEST(PackedWeights, FitSumsThatAllRoundUp) {
  // One weight sets the scale, all others lie just above the middle between two integers.
  for (const int in : {9, 512, 9216}) {
    for (const float most : {32767.0F, 5000.0F}) {
      auto matrix = filled(1, in, 0.5001F);
      matrix.weights[0] = most;
      check_integers(matrix);
    }
  }
}

TEST(PackedWeights, FitSumsOfNothingAndNextToNothing) {
  for (const float value : {0.0F, 1e-45F, 1e-42F, 3e-39F, 1e-38F, 2e-34F, 1e-30F}) {
    for (const int in : {1, 9, 1024}) check_integers(filled(2, in, value));
  }
}

TEST(WithRows, MovesRowsAndLeavesZeros) {
  Random random(4);
  const auto matrix = random_matrix(random, 3, 5);
  const auto moved = with_rows(matrix, 4, [](int to) { return to == 1 ? -1 : to == 3 ? 0 : 2; });
  ASSERT_EQ(moved.out, 4);
  ASSERT_EQ(moved.in, 5);
  const int expected[] = {2, -1, 2, 0};
  for (int o = 0; o < 4; ++o) {
    EXPECT_EQ(moved.bias[static_cast<std::size_t>(o)],
              expected[o] < 0 ? 0.0F : matrix.bias[static_cast<std::size_t>(expected[o])]);
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(weight(moved, o, i), expected[o] < 0 ? 0.0F : weight(matrix, expected[o], i));
  }
}

}  // namespace
}  // namespace imgcnn::runtime
