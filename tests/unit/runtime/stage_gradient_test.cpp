// Gradients of residual blocks: every instruction set against differences in double precision.

#include "runtime/stage_gradient.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

#include "test_block.h"

namespace imgcnn::runtime {
namespace {

constexpr double kNoBound = std::numeric_limits<double>::infinity();

/// Slopes of sum(gradient * block(in)) by every value of `in`; what gradients a clamped feature
/// does not hand on is dropped from `gradient` first.
PlainMap slopes(const Block& block, PlainMap in, PlainMap gradient, double bound) {
  constexpr double kStep = 1e-6;
  const auto out = definition(block, in, bound);
  for (std::size_t i = 0; i < out.data.size(); ++i) {
    const double value = out.data[i];
    if ((value >= bound && gradient.data[i] < 0) || (value <= -bound && gradient.data[i] > 0))
      gradient.data[i] = 0;
  }
  const auto sum = [&] {
    const auto result = definition(block, in, kNoBound);
    double total = 0;
    for (std::size_t i = 0; i < result.data.size(); ++i) total += result.data[i] * gradient.data[i];
    return total;
  };
  auto found = in;
  for (std::size_t i = 0; i < in.data.size(); ++i) {
    const double kept = in.data[i];
    in.data[i] = kept + kStep;
    const double above = sum();
    in.data[i] = kept - kStep;
    found.data[i] = (above - sum()) / (2 * kStep);
    in.data[i] = kept;
  }
  return found;
}

class StageGradients : public ForEachInstructionSet {};

TEST_P(StageGradients, AreTheSlopesOfTheDefinition) {
  Random random(1);
  ThreadPool pool(2);
  for (const int channels : {1, 5, 17}) {
    const Block block(random, channels);
    const StageGradient stage(WeightReader(block.file, ""), "block", 1, channels,
                              kernels_->width());
    for (const auto& [height, width] : {std::pair{1, 1}, {3, 4}, {2, 49}}) {
      if (channels > 1 && width > 48) continue;  // differences take long
      const auto in = random_map(random, height, width, channels),
                 gradient = random_map(random, height, width, channels);
      for (const float bound : {1e4F, 1.0F}) {
        SCOPED_TRACE(std::to_string(channels) + " channels, " + std::to_string(height) + "x" +
                     std::to_string(width) + ", bound " + std::to_string(bound));
        Workspace workspace;
        workspace.scratch.resize(2);
        const Pass pass{*kernels_, pool, workspace};
        std::vector<FeatureMap> steps(1);
        copy(in, steps[0]);
        stage.forward(pass, steps, bound);
        ASSERT_EQ(steps.size(), 2U);
        EXPECT_LT(difference(steps[1].at(0, 0), definition(block, in, bound)), 2e-5);
        FeatureMap back;
        copy(gradient, back);
        stage.backward(pass, steps, bound, back);
        EXPECT_LT(difference(back.at(0, 0), slopes(block, in, gradient, bound)), 1e-4);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, StageGradients, kInstructionSets, name_of_set);

}  // namespace
}  // namespace imgcnn::runtime
