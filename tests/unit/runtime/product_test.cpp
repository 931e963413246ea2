// Products of tiles and packed weights: every instruction set against sums in double precision.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "test_kernels.h"

namespace imgcnn::runtime {
namespace {

/// A matrix and positions to multiply it by.
struct Problem {
  Matrix matrix;
  std::vector<float> inputs;  ///< [kTile][in]

  Problem(Random& random, int out, int in)
      : matrix(random_matrix(random, out, in)),
        inputs(random_values(random, kTile * static_cast<std::size_t>(in))) {}

  [[nodiscard]] float input(int position, int i) const {
    return inputs[static_cast<std::size_t>(position * matrix.in + i)];
  }
  [[nodiscard]] float weight(int output, int i) const {
    return matrix.weights[static_cast<std::size_t>(output * matrix.in + i)];
  }
};

/// A sum and how far from it the arithmetic may be.
struct Sum {
  double value = 0, tolerance = 0;
};

Sum sum_of(const Problem& problem, const PackedWeights& weights, int width, int position,
           int output) {
  if (output >= problem.matrix.out) return {};
  const int in = problem.matrix.in;
  Sum sum{problem.matrix.bias[static_cast<std::size_t>(output)], 0};
  double magnitudes = std::abs(sum.value), largest = 0;
  for (int i = 0; i < in; ++i) {
    const double product =
        static_cast<double>(problem.weight(output, i)) * problem.input(position, i);
    sum.value += product;
    magnitudes += std::abs(product);
    largest = std::max(largest, std::abs(static_cast<double>(problem.input(position, i))));
  }
  sum.tolerance = 1e-5 * magnitudes;
  if (weights.arithmetic() == Arithmetic::kInt16) {
    // Half a step of the one times the other, and both.
    const double step = largest / kActivationLimit,
                 scale = weights.scales(output / (2 * width))[output % (2 * width)];
    for (int i = 0; i < in; ++i)
      sum.tolerance += step / 2 * std::abs(static_cast<double>(problem.weight(output, i))) +
                       scale / 2 * std::abs(static_cast<double>(problem.input(position, i))) +
                       step * scale / 4;
  }
  return sum;
}

/// What a kind of epilogue makes of a sum, and where it puts it.
struct Place {
  std::size_t at;
  double factor = 1, offset = 0;
};

constexpr std::size_t kGap = 3;  ///< floats between the results of positions that belong to nobody
constexpr float kPixelScale = 0.25F;

/// Geometry of one kind of epilogue with so many (padded) outputs.
struct Layout {
  EpilogueKind kind;
  int outputs;
  std::vector<float> factors;

  [[nodiscard]] bool is_pixels() const { return side() > 0; }
  [[nodiscard]] int side() const {
    return kind == EpilogueKind::kPixels16 ? 16 : kind == EpilogueKind::kPixels8 ? 8 : 0;
  }
  [[nodiscard]] std::size_t stride() const {
    const auto count = static_cast<std::size_t>(outputs);
    if (is_pixels()) return static_cast<std::size_t>(kTile * side()) + kGap;
    return kind == EpilogueKind::kUpsample ? kTile * count / 2 + kGap : count + kGap;
  }
  [[nodiscard]] std::size_t plane() const {
    return static_cast<std::size_t>(side()) * stride() + kGap;
  }
  [[nodiscard]] std::size_t size() const {
    if (is_pixels()) return 3 * plane();
    return kind == EpilogueKind::kUpsample ? 2 * stride() : kTile * stride();
  }

  [[nodiscard]] Epilogue epilogue(float* out) const {
    Epilogue e{kind, out, stride(), factors.data()};
    e.plane = plane();
    e.channels = outputs / 4;
    e.pixel_scale = kPixelScale;
    return e;
  }

  [[nodiscard]] Place place(int position, int output) const {
    const auto p = static_cast<std::size_t>(position), o = static_cast<std::size_t>(output);
    const auto channels = static_cast<std::size_t>(outputs / 4),
               s = static_cast<std::size_t>(side());
    switch (kind) {
      case EpilogueKind::kScale:
        return {p * stride() + o, factors[o]};
      case EpilogueKind::kUpsample: {
        const std::size_t quarter = o / channels;
        return {quarter / 2 * stride() + (2 * p + quarter % 2) * channels + o % channels,
                factors[o]};
      }
      case EpilogueKind::kPixels16:
        return {o / (s * s) * plane() + o / s % s * stride() + p * s + o % s, 1, 0.5};
      case EpilogueKind::kPixels8:  // added to what was there
        return {o / (s * s) * plane() + o / s % s * stride() + p * s + o % s, kPixelScale,
                GuardedMemory::kUntouched};
      default:
        return {p * stride() + o};
    }
  }

  [[nodiscard]] double activated(double v) const {
    if (kind == EpilogueKind::kRelu) return std::max(v, 0.0);
    return kind == EpilogueKind::kLeaky ? std::max(v, kLeak * v) : v;
  }
};

std::vector<float> multiply(const Kernels& kernels, const Problem& problem,
                            const PackedWeights& weights, const Layout& layout, int positions) {
  // What lies behind the inputs and behind the positions is of no account.
  const std::size_t stride = static_cast<std::size_t>(weights.in()) + kGap;
  std::vector<float> tile((static_cast<std::size_t>(positions) + kTileSlack) * stride, kNaN);
  for (int p = 0; p < positions; ++p) {
    float* const row = tile.data() + static_cast<std::size_t>(p) * stride;
    std::fill_n(row, weights.in(), 0.0F);
    for (int i = 0; i < problem.matrix.in; ++i) row[i] = problem.input(p, i);
  }
  GuardedMemory out(layout.size());
  Scratch scratch;
  kernels.product(weights, tile.data(), stride, positions, layout.epilogue(out.data()), scratch);
  EXPECT_TRUE(out.guards_are_intact());
  return out.values();
}

/// Multiplies by `kernels` and compares every value with the sum that it should be, and every other
/// place with what was there before.
std::vector<float> check(const Kernels& kernels, const Problem& problem,
                         const PackedWeights& weights, const Layout& layout, int positions) {
  auto results = multiply(kernels, problem, weights, layout, positions);
  std::vector<bool> is_result(results.size());
  for (int p = 0; p < positions; ++p) {
    for (int o = 0; o < layout.outputs; ++o) {
      const Sum sum = sum_of(problem, weights, kernels.width(), p, o);
      const Place place = layout.place(p, o);
      const double expected = place.offset + place.factor * layout.activated(sum.value);
      const double tolerance = std::abs(place.factor) * sum.tolerance + 1e-6 * std::abs(expected);
      EXPECT_NEAR(results[place.at], expected, tolerance) << "position " << p << ", output " << o;
      is_result[place.at] = true;
    }
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (is_result[i]) continue;
    EXPECT_EQ(results[i], GuardedMemory::kUntouched) << "at " << i;
  }
  return results;
}

/// Also against the bits of the plain kernels, for integers.
void check_both_arithmetics(const Kernels& kernels, const Problem& problem, EpilogueKind kind,
                            int positions, Random& random) {
  for (const auto arithmetic : {Arithmetic::kFloat, Arithmetic::kInt16}) {
    const PackedWeights weights(problem.matrix, arithmetic, kernels.width());
    const Layout layout{kind, weights.out(),
                        random_values(random, static_cast<std::size_t>(weights.out()))};
    SCOPED_TRACE("kind " + std::to_string(static_cast<int>(kind)) + ", " +
                 std::to_string(positions) + " positions, " +
                 (arithmetic == Arithmetic::kFloat ? "float" : "int16"));
    const auto results = check(kernels, problem, weights, layout, positions);
    if (arithmetic == Arithmetic::kFloat) continue;
    const PackedWeights plain(problem.matrix, arithmetic, plain_kernels().width());
    EXPECT_TRUE(same_bits(results, multiply(plain_kernels(), problem, plain, layout, positions)));
  }
}

class Product : public ForEachInstructionSet {};

TEST_P(Product, KnowsItsName) {
  EXPECT_STREQ(kernels_->name(), GetParam());
  EXPECT_EQ(kChannelBlock % kernels_->width(), 0);
}

TEST_P(Product, IsRightForEveryNumberOfPositions) {
  Random random(1);
  const Problem problem(random, 50, 33);
  for (int positions = 1; positions <= kTile; ++positions)
    check_both_arithmetics(*kernels_, problem, EpilogueKind::kStore, positions, random);
}

TEST_P(Product, IsRightForEverySizeOfMatrix) {
  Random random(2);
  for (const auto& [out, in] :
       {std::pair{1, 1}, {1, 16}, {16, 1}, {16, 16}, {17, 15}, {32, 48}, {33, 47}, {48, 300}}) {
    SCOPED_TRACE(std::to_string(in) + " to " + std::to_string(out));
    check_both_arithmetics(*kernels_, Problem(random, out, in), EpilogueKind::kStore, 13, random);
  }
}

TEST_P(Product, DoesWhatEveryEpilogueSays) {
  Random random(3);
  constexpr int kPixels16 = 3 * 16 * 16, kPixels8 = 3 * 8 * 8;
  for (const auto& [kind, out] : {std::pair{EpilogueKind::kRelu, 50},
                                  {EpilogueKind::kLeaky, 50},
                                  {EpilogueKind::kScale, 50},
                                  {EpilogueKind::kUpsample, 4 * 16},
                                  {EpilogueKind::kUpsample, 4 * 48},
                                  {EpilogueKind::kPixels16, kPixels16},
                                  {EpilogueKind::kPixels8, kPixels8}}) {
    const Problem problem(random, out, 33);
    for (const int positions : {1, 7, 12, 47, 48})
      check_both_arithmetics(*kernels_, problem, kind, positions, random);
  }
}

// Activations that a step of theirs cannot hold: they become the same integers everywhere all the
// same.
TEST_P(Product, HasTheSameBitsForInputsOfAnySize) {
  Random random(4);
  Problem problem(random, 50, 33);
  const float sizes[] = {0, 1e-44F, 1e-40F, 1e-36F, 1e-34F, 1e-30F, 1e20F, 1e37F};
  constexpr int kSizes = std::size(sizes);
  for (int p = 0; p < 2 * kSizes; ++p) {
    for (int i = 0; i < 33; ++i) {
      // All inputs of that size, or one among others.
      if (p < kSizes || i == 20)
        problem.inputs[static_cast<std::size_t>(p * 33 + i)] *= sizes[p % kSizes];
    }
  }
  const PackedWeights weights(problem.matrix, Arithmetic::kInt16, kernels_->width());
  const PackedWeights plain(problem.matrix, Arithmetic::kInt16, plain_kernels().width());
  const Layout layout{EpilogueKind::kStore, weights.out(), {}};
  EXPECT_TRUE(same_bits(multiply(*kernels_, problem, weights, layout, kTile),
                        multiply(plain_kernels(), problem, plain, layout, kTile)));
}

TEST_P(Product, GivesTheBiasForInputsOfZero) {
  Random random(5);
  Problem problem(random, 20, 33);
  problem.inputs.assign(problem.inputs.size(), 0.0F);
  for (const auto arithmetic : {Arithmetic::kFloat, Arithmetic::kInt16}) {
    const PackedWeights weights(problem.matrix, arithmetic, kernels_->width());
    const Layout layout{EpilogueKind::kStore, weights.out(), {}};
    const auto results = multiply(*kernels_, problem, weights, layout, 5);
    for (std::size_t p = 0; p < 5; ++p) {
      for (std::size_t o = 0; o < 20; ++o)
        EXPECT_EQ(results[p * layout.stride() + o], problem.matrix.bias[o]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, Product, kInstructionSets, name_of_set);

}  // namespace
}  // namespace imgcnn::runtime
