// The network's layers on every instruction set against plain sums in 64 bits, and what is refused.

#include "imgcnn/entropy/context_mlp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "context_samples.h"
#include "entropy/context/mlp_scratch.h"
#include "imgcnn/base/error.h"
#include "imgcnn/entropy/fixed_point.h"
#include "instruction_sets.h"

namespace imgcnn::entropy {
namespace {

using W = ContextMlpWeights;

template <class T>
std::vector<T> random_integers(std::mt19937& random, std::size_t count, std::int32_t least,
                               std::int32_t most) {
  std::vector<T> values(count);
  for (T& value : values)
    value = static_cast<T>(static_cast<std::int64_t>(least) +
                           random() % (static_cast<std::int64_t>(most) - least + 1));
  return values;
}

/// Only the ends of the range.
template <class T>
std::vector<T> extreme_integers(std::mt19937& random, std::size_t count, std::int32_t least,
                                std::int32_t most) {
  std::vector<T> values(count);
  for (T& value : values) value = static_cast<T>(random() % 2 == 0 ? least : most);
  return values;
}

std::int64_t limited(std::int64_t sum, int shift, std::int64_t least, std::int64_t most) {
  return std::clamp(floor_shift(sum, shift), least, most);
}

class MlpKernelsTest : public ContextKernelsTest {};
INSTANTIATE_TEST_SUITE_P(, MlpKernelsTest, instruction_sets(), instruction_set_name);

constexpr std::size_t kMostCount = 40;

/// Numbers of a layer; rows of inputs are as long as kernels ask for, zeros at their ends.
struct Problem {
  std::size_t pairs, outputs;
  std::vector<std::int8_t> weights;  ///< [pairs][outputs][2]
  std::vector<std::int32_t> bias;

  [[nodiscard]] std::size_t in_stride() const { return (2 * pairs + 3) / 4 * 4 + 4; }
  [[nodiscard]] std::size_t out_stride() const { return outputs + 16; }
  [[nodiscard]] LayerWeights layer() const { return {weights.data(), bias.data(), pairs, outputs}; }

  template <class T>
  [[nodiscard]] std::vector<T> rows(const std::vector<T>& values) const {
    std::vector<T> result(kMostCount * in_stride());
    for (std::size_t i = 0; i < kMostCount; ++i)
      std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(2 * pairs * i), 2 * pairs,
                  result.begin() + static_cast<std::ptrdiff_t>(in_stride() * i));
    return result;
  }
};

/// Compares what `kernel` makes of the first rows with sums in 64 bits, and nothing else may
/// change.
template <class In, class Out, class Kernel>
void expect_plain_sums(const ContextKernels& kernels, const Problem& problem,
                       const std::vector<In>& inputs, int shift, std::int32_t least,
                       std::int32_t most, const Kernel& kernel) {
  OwnedLayer owned;
  owned.pack(kernels, problem.layer(), std::is_signed_v<In>);
  constexpr Out kUntouched = 77;
  for (std::size_t count = 0; count <= kMostCount; ++count) {
    std::vector<Out> found((kMostCount + 1) * problem.out_stride(), kUntouched);
    auto expected = found;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t o = 0; o < problem.outputs; ++o) {
        std::int64_t sum = problem.bias[o];
        for (std::size_t in = 0; in < 2 * problem.pairs; ++in)
          sum += std::int64_t{inputs[i * problem.in_stride() + in]} *
                 problem.weights[(in / 2 * problem.outputs + o) * 2 + in % 2];
        expected[i * problem.out_stride() + o] = static_cast<Out>(limited(sum, shift, least, most));
      }
    }
    kernel(owned.packed(), Rows<const In>{inputs.data(), problem.in_stride()}, count,
           Rows<Out>{found.data(), problem.out_stride()});
    ASSERT_EQ(found, expected) << count << " rows of " << problem.pairs << " pairs";
  }
}

void expect_all_plain_sums(const ContextKernels& kernels, const Problem& problem,
                           const std::vector<std::int8_t>& features,
                           const std::vector<std::uint8_t>& activations, int shift) {
  expect_plain_sums<std::int8_t, std::uint8_t>(
      kernels, problem, problem.rows(features), shift, 0, 255,
      [&](const auto& layer, auto in, auto count, auto out) {
        kernels.from_features(layer, in, count, shift, out);
      });
  expect_plain_sums<std::uint8_t, std::uint8_t>(
      kernels, problem, problem.rows(activations), shift, 0, 255,
      [&](const auto& layer, auto in, auto count, auto out) {
        kernels.from_activations(layer, in, count, shift, out);
      });
  constexpr std::int32_t kMost = 8191;
  expect_plain_sums<std::uint8_t, std::int16_t>(
      kernels, problem, problem.rows(activations), shift, -kMost, kMost,
      [&](const auto& layer, auto in, auto count, auto out) {
        kernels.to_corrections(layer, in, count, shift, kMost, out);
      });
}

TEST_P(MlpKernelsTest, GiveThePlainSums) {
  std::mt19937 random(5);
  for (const std::size_t pairs : {1U, 2U, 16U, 41U, 64U}) {
    for (const std::size_t outputs : {16U, 32U, 48U, 64U, 96U, 256U}) {
      const Problem problem{pairs, outputs,
                            random_integers<std::int8_t>(random, 2 * pairs * outputs, -128, 127),
                            random_integers<std::int32_t>(random, outputs, -100000, 100000)};
      expect_all_plain_sums(*kernels_, problem,
                            random_integers<std::int8_t>(random, kMostCount * 2 * pairs, -127, 127),
                            random_integers<std::uint8_t>(random, kMostCount * 2 * pairs, 0, 255),
                            6);
    }
  }
}

TEST_P(MlpKernelsTest, GiveThePlainSumsOfTheLargestNumbers) {
  std::mt19937 random(6);
  constexpr std::size_t kPairs = W::kMostWidth / 2, kOutputs = W::kNarrow;
  Problem problem{kPairs, kOutputs,
                  extreme_integers<std::int8_t>(random, 2 * kPairs * kOutputs, -128, 127),
                  extreme_integers<std::int32_t>(random, kOutputs, -W::kMostBias, W::kMostBias)};
  const auto features = extreme_integers<std::int8_t>(random, kMostCount * 2 * kPairs, -127, 127);
  const auto activations = extreme_integers<std::uint8_t>(random, kMostCount * 2 * kPairs, 0, 255);
  for (const int shift : {3, 6, 11})
    expect_all_plain_sums(*kernels_, problem, features, activations, shift);
  std::fill(problem.weights.begin(), problem.weights.end(), std::int8_t{-128});
  std::fill(problem.bias.begin(), problem.bias.end(), -W::kMostBias);
  expect_all_plain_sums(*kernels_, problem, std::vector<std::int8_t>(features.size(), -127),
                        std::vector<std::uint8_t>(activations.size(), 255), 10);
}

/// Corrections of one symbol straight from the definition.
std::vector<std::int64_t> plain_corrections(const W& weights, std::size_t width,
                                            std::size_t channel, const std::int8_t* features) {
  const auto layer = [](const auto& in, const std::int8_t* w, const std::int32_t* bias,
                        std::size_t outputs, int shift, std::int64_t least, std::int64_t most) {
    std::vector<std::int64_t> out(bias, bias + outputs);
    for (std::size_t i = 0; i < in.size(); ++i) {
      for (std::size_t o = 0; o < outputs; ++o)
        out[o] += in[i] * w[(i / 2 * outputs + o) * 2 + i % 2];
    }
    for (std::int64_t& value : out) value = limited(value, shift, least, most);
    return out;
  };
  const std::vector<std::int64_t> in(features, features + kContextFeatures);
  const auto wide = layer(in, &weights.first[channel * kContextFeatures * width],
                          &weights.first_bias[channel * width], width, 6, 0, 255);
  const auto narrow = layer(wide, weights.second.data(), &weights.second_bias[channel * W::kNarrow],
                            W::kNarrow, 6, 0, 255);
  auto corrections = layer(narrow, &weights.third[channel * W::kNarrow * W::kOutputs],
                           &weights.third_bias[channel * W::kOutputs], W::kOutputs, 3, -8191, 8191);
  corrections.resize(kCorrections);
  return corrections;
}

void expect_plain_corrections(const W& weights, int channels, std::mt19937& random) {
  const ContextMlp mlp(weights, channels, "test");
  ContextMlp::Scratch scratch;
  std::vector<std::int64_t> seen;
  for (int round = 0; round < 2; ++round) {  // the scratch turns back to channels
    for (int channel = 0; channel < channels; ++channel) {
      for (const std::size_t count : {0U, 1U, 5U, 40U, 7U}) {
        auto features = random_integers<std::int8_t>(random, count * kFeatureStride, -127, 127);
        for (std::size_t i = 0; i < features.size(); ++i) {
          if (i % kFeatureStride >= kContextFeatures) features[i] = 0;
        }
        std::vector<std::int16_t> found(count * kCorrectionStride);
        mlp.begin_channel(channel, scratch);
        mlp.correct(features.data(), count, found.data(), scratch);
        for (std::size_t i = 0; i < count; ++i) {
          const auto first = found.begin() + static_cast<std::ptrdiff_t>(i * kCorrectionStride);
          const std::vector<std::int64_t> corrections(first, first + kCorrections);
          ASSERT_EQ(corrections,
                    plain_corrections(weights, mlp.width(), static_cast<std::size_t>(channel),
                                      features.data() + i * kFeatureStride))
              << channel << ' ' << i << " of " << count;
          seen.insert(seen.end(), corrections.begin(), corrections.end());
        }
      }
    }
  }
  EXPECT_NE(*std::min_element(seen.begin(), seen.end()),
            *std::max_element(seen.begin(), seen.end()));
}

TEST(ContextMlp, CorrectsByThreeLayers) {
  std::mt19937 random(8);
  for (const std::size_t width : {32U, 64U, 96U, 256U}) {
    const W weights = random_mlp(3, width, static_cast<unsigned>(width));
    EXPECT_EQ(ContextMlp(weights, 3, "test").width(), width);
    expect_plain_corrections(weights, 3, random);
  }
}

TEST(ContextMlp, CorrectsByTheLargestNumbers) {
  std::mt19937 random(9);
  W weights = blank_mlp(2, W::kMostWidth);
  weights.first = extreme_integers<std::int8_t>(random, weights.first.size(), -128, 127);
  weights.second = extreme_integers<std::int8_t>(random, weights.second.size(), -128, 127);
  weights.third = extreme_integers<std::int8_t>(random, weights.third.size(), -128, 127);
  expect_plain_corrections(weights, 2, random);
  weights.first_bias = extreme_integers<std::int32_t>(random, weights.first_bias.size(),
                                                      -W::kMostBias, W::kMostBias);
  weights.second_bias = extreme_integers<std::int32_t>(random, weights.second_bias.size(),
                                                       -W::kMostBias, W::kMostBias);
  weights.third_bias = extreme_integers<std::int32_t>(random, weights.third_bias.size(),
                                                      -W::kMostBias, W::kMostBias);
  expect_plain_corrections(weights, 2, random);
}

/// The error that weights are refused with, after `change`.
void expect_refused(const std::function<void(W&)>& change, int channels = 3) {
  W weights = random_mlp(3, 64, 1);
  change(weights);
  try {
    const ContextMlp mlp(weights, channels, "context");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
    EXPECT_EQ(std::string(e.what()).rfind("context: ", 0), 0U) << e.what();
  }
}

TEST(ContextMlp, RefusesSizesThatDoNotFit) {
  EXPECT_NO_THROW(ContextMlp(random_mlp(3, 64, 1), 3, "context"));
  const auto nothing = [](W&) {};
  expect_refused(nothing, 2);
  expect_refused(nothing, 4);
  expect_refused(nothing, 6);
  const auto resize = [](auto part, std::ptrdiff_t by) {
    expect_refused([=](W& weights) {
      auto& values = weights.*part;
      values.resize(static_cast<std::size_t>(static_cast<std::ptrdiff_t>(values.size()) + by));
    });
  };
  const auto resize_both_ways = [&](auto part) {
    resize(part, -1);
    resize(part, 1);
    expect_refused([=](W& weights) { (weights.*part).clear(); });
  };
  resize_both_ways(&W::predictors);
  resize_both_ways(&W::references);
  resize_both_ways(&W::first);
  resize_both_ways(&W::first_bias);
  resize_both_ways(&W::second);
  resize_both_ways(&W::second_bias);
  resize_both_ways(&W::third);
  resize_both_ways(&W::third_bias);
}

TEST(ContextMlp, RefusesWidthsThatVectorsDoNotDivide) {
  for (const std::size_t width : {0U, 16U, 48U, 65U, 288U})
    expect_refused([=](W& weights) { weights = blank_mlp(3, width); });
  for (const std::size_t width : {32U, 256U})
    EXPECT_NO_THROW(ContextMlp(blank_mlp(3, width), 3, "context"));
}

TEST(ContextMlp, RefusesBiasesOutOfRange) {
  for (const std::int32_t bias : {W::kMostBias + 1, -W::kMostBias - 1, INT32_MAX, INT32_MIN}) {
    expect_refused([=](W& weights) { weights.first_bias[5] = bias; });
    expect_refused([=](W& weights) { weights.second_bias.back() = bias; });
    expect_refused([=](W& weights) { weights.third_bias[0] = bias; });
  }
  W weights = blank_mlp(1, 32);
  weights.first_bias[0] = W::kMostBias;
  weights.third_bias[7] = -W::kMostBias;
  EXPECT_NO_THROW(ContextMlp(weights, 1, "context"));
}

TEST(ContextMlp, RefusesReferencesThatAreNotDecodedBefore) {
  for (std::int32_t channel = 0; channel < 3; ++channel) {
    const std::size_t last = static_cast<std::size_t>(channel + 1) * kReferences - 1;
    const std::int32_t behind = channel * static_cast<std::int32_t>(kReferencePlaces);
    for (const std::int32_t reference : {behind, behind + 5, INT32_MAX, -2, INT32_MIN})
      expect_refused([=](W& weights) { weights.references[last] = reference; });
    W weights = random_mlp(3, 64, 1);
    weights.references[last] = behind - 1;  // the last one decoded before, or none
    EXPECT_NO_THROW(ContextMlp(weights, 3, "context"));
  }
}

}  // namespace
}  // namespace imgcnn::entropy
