// Residual blocks: every instruction set against the definition, in double precision.

#include <gtest/gtest.h>

#include <algorithm>

#include "test_block.h"

namespace imgcnn::runtime {
namespace {

constexpr float kBound = 2.5F;  ///< clamps some of what the blocks give

struct Size {
  int height, width;
};
constexpr Size kSizes[] = {{1, 1}, {1, 7}, {7, 1}, {2, 48}, {5, 49}, {13, 100}};

/// An input, as the kernels take it and as the definition does.
struct Input {
  FeatureMap map;
  PlainMap plain;

  Input(Random& random, Size size, int channels)
      : plain(random_map(random, size.height, size.width, channels)) {
    copy(plain, map);
  }

  [[nodiscard]] BlockRows rows(float* out, int first, int last) const {
    return {map.at(0, 0), out, map.height, map.width, first, last, kBound};
  }
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(map.height * map.width) *
           static_cast<std::size_t>(map.channels);
  }
};

std::vector<float> whole(const Kernels& kernels, const BlockWeights& weights, const Input& input) {
  GuardedMemory out(input.size());
  Scratch scratch;
  kernels.residual_block(weights, input.rows(out.data(), 0, input.map.height), scratch);
  EXPECT_TRUE(out.guards_are_intact());
  return out.values();
}

class ResidualBlock : public ForEachInstructionSet {};

TEST_P(ResidualBlock, IsWhatItsDefinitionSays) {
  Random random(1);
  for (const int channels : {1, 16, 17, 40}) {
    const Block block(random, channels);
    const auto floats = block.packed(Arithmetic::kFloat, kernels_->width());
    const auto shorts = block.packed(Arithmetic::kInt16, kernels_->width());
    const auto plain = block.packed(Arithmetic::kInt16, plain_kernels().width());
    for (const Size size : kSizes) {
      SCOPED_TRACE(std::to_string(channels) + " channels, " + std::to_string(size.height) + "x" +
                   std::to_string(size.width));
      const Input input(random, size, channels);
      const auto expected = definition(block, input.plain, kBound);
      EXPECT_LT(difference(whole(*kernels_, floats, input).data(), expected), 2e-5);
      const auto results = whole(*kernels_, shorts, input);
      EXPECT_LT(difference(results.data(), expected), 5e-3);
      EXPECT_TRUE(same_bits(results, whole(plain_kernels(), plain, input)));
    }
  }
}

TEST_P(ResidualBlock, IsTheSameInStrips) {
  Random random(2);
  constexpr int kChannels = 20;
  const Block block(random, kChannels);
  for (const auto arithmetic : {Arithmetic::kFloat, Arithmetic::kInt16}) {
    const auto weights = block.packed(arithmetic, kernels_->width());
    for (const Size size : {Size{5, 49}, Size{13, 100}}) {
      const Input input(random, size, kChannels);
      const auto expected = whole(*kernels_, weights, input);
      for (int rows = 1; rows < size.height; ++rows) {
        GuardedMemory out(input.size());
        Scratch scratch;
        const std::size_t row = input.size() / static_cast<std::size_t>(size.height);
        for (int first = 0; first < size.height; first += rows) {
          const int last = std::min(first + rows, size.height);
          kernels_->residual_block(weights, input.rows(out.data(), first, last), scratch);
          const auto values = out.values();
          EXPECT_TRUE(std::all_of(
              values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(last) * row),
              values.end(), [](float value) { return value == GuardedMemory::kUntouched; }));
        }
        EXPECT_TRUE(out.guards_are_intact());
        EXPECT_TRUE(same_bits(out.values(), expected)) << "strips of " << rows << " rows";
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, ResidualBlock, kInstructionSets, name_of_set);

}  // namespace
}  // namespace imgcnn::runtime
