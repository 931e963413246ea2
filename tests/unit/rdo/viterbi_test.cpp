// The trellis by the vectors of each instruction set, against one state after the other.

#include "rdo/viterbi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

namespace imgcnn::rdo {
namespace {

using entropy::DependentQuantizer;

std::vector<BranchCosts> drawn(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> cost(0, 20);
  std::vector<BranchCosts> costs(count);
  for (BranchCosts& here : costs) {
    for (auto& quantizer : here) {
      for (std::size_t parity = 0; parity < 2; ++parity) {
        const auto pairs = static_cast<std::int32_t>(random() % 5) - 2;
        // Whole bits at times, so that paths cost the same.
        const float bits = cost(random);
        quantizer[parity] = {2 * pairs + static_cast<std::int32_t>(parity),
                             random() % 2 == 0 ? bits : static_cast<float>(static_cast<int>(bits))};
      }
    }
  }
  return costs;
}

/// By DependentQuantizer's own way from state to state. Of two paths that cost the same, the one of
/// the even symbol.
std::vector<std::int32_t> plain_path(const DependentQuantizer& quantizer,
                                     const std::vector<BranchCosts>& costs) {
  struct Step {
    int before = 0;
    std::int32_t symbol = 0;
    bool odd = false;
  };
  const auto states = static_cast<std::size_t>(quantizer.states());
  constexpr float kNever = std::numeric_limits<float>::infinity();
  std::vector<float> least(states, kNever);
  least[0] = 0;
  std::vector<std::vector<Step>> steps;
  for (const BranchCosts& here : costs) {
    std::vector<float> next(states, kNever);
    std::vector<Step> taken(states);
    for (const bool odd : {false, true}) {
      for (int state = 0; state < quantizer.states(); ++state) {
        const Branch& branch =
            here[static_cast<std::size_t>(quantizer.quantizer(state))][odd ? 1 : 0];
        const auto to = static_cast<std::size_t>(quantizer.next(state, odd));
        const float cost = least[static_cast<std::size_t>(state)] + branch.cost;
        if (cost < next[to]) {
          next[to] = cost;
          taken[to] = {state, branch.symbol, odd};
        }
      }
    }
    const float lowest = *std::min_element(next.begin(), next.end());
    for (float& cost : next) cost -= lowest;
    least = std::move(next);
    steps.push_back(std::move(taken));
  }
  auto state =
      static_cast<std::size_t>(std::min_element(least.begin(), least.end()) - least.begin());
  std::vector<std::int32_t> symbols(costs.size());
  for (std::size_t j = costs.size(); j-- > 0;) {
    symbols[j] = steps[j][state].symbol;
    state = static_cast<std::size_t>(steps[j][state].before);
  }
  return symbols;
}

template <std::size_t kStates>
void expect_path(const std::vector<BranchCosts>& costs) {
  const auto expected =
      plain_path(DependentQuantizer(1, 0, 1024, static_cast<int>(kStates)), costs);
  const auto begin = costs.begin();
  const BranchCostSource source = [&](std::size_t first, std::size_t count, BranchCosts* to) {
    std::copy_n(begin + static_cast<std::ptrdiff_t>(first), count, to);
  };
  EXPECT_EQ(TrellisDecoder<kStates>::viterbi(costs.size(), source), expected);
  EXPECT_EQ(TrellisDecoder<kStates>::viterbi_portable(costs.size(), source), expected);
#ifdef IMGCNN_AVX2_AT_HAND
  if (simd::has_avx2()) {
    EXPECT_EQ(TrellisDecoder<kStates>::viterbi_avx2(costs.size(), source), expected);
  }
  if (simd::has_avx512()) {
    EXPECT_EQ(TrellisDecoder<kStates>::viterbi_avx512(costs.size(), source), expected);
  }
#endif
}

template <std::size_t kStates>
void expect_same_paths() {
  for (const std::size_t count : {0U, 1U, 9U, 400U})
    expect_path<kStates>(drawn(count, static_cast<unsigned>(count + kStates)));
}

TEST(TrellisDecoder, FindsTheSamePathByAnyVectors) {
  expect_same_paths<32>();
  expect_same_paths<64>();
  expect_same_paths<128>();
  expect_same_paths<256>();
  expect_same_paths<512>();
  expect_same_paths<1024>();
}

TEST(TrellisDecoder, FindsThePathOfMoreSymbolsThanAreKept) {
  expect_path<32>(drawn(16384, 1));
  expect_path<32>(drawn(50000, 2));
  // Where odd symbols cost too much for any path, no two of them ever meet on the way back.
  auto silent = drawn(100000, 3);
  for (std::size_t j = 500; j < 90000; ++j)
    for (auto& quantizer : silent[j]) quantizer = {{{0, 0.0F}, {1, 1000.0F}}};
  expect_path<32>(silent);
}

TEST(TrellisDecoder, MeansAreTheSameByAnyVectors) {
  std::mt19937 random(4);
  std::uniform_real_distribution<float> likelihood(0.001F, 1), point(-3, 3);
  std::vector<BranchLikelihoods> branches(1500);
  for (BranchLikelihoods& here : branches) {
    for (std::size_t quantizer = 0; quantizer < 2; ++quantizer) {
      for (std::size_t parity = 0; parity < 2; ++parity) {
        here.likelihood[quantizer][parity] = likelihood(random);
        here.moment[quantizer][parity] = here.likelihood[quantizer][parity] * point(random);
      }
    }
  }
  const auto means = TrellisDecoder<256>::posterior_mean_portable(branches);
  EXPECT_EQ(TrellisDecoder<256>::posterior_mean(branches), means);
  EXPECT_NE(*std::min_element(means.begin(), means.end()),
            *std::max_element(means.begin(), means.end()));
}

}  // namespace
}  // namespace imgcnn::rdo
