#pragma once
// What a trellis search is told of each symbol: its branches, a branch being one parity in one
// state. Only for trellis_search.cpp and viterbi.h.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

namespace imgcnn::rdo {

/// The cheapest symbol of a branch and its cost in bits; infinite where there is none.
struct Branch {
  std::int32_t symbol = 0;
  float cost = std::numeric_limits<float>::infinity();

  /// Takes the other symbol where it costs less.
  void consider(std::int32_t other, float other_cost) {
    if (other_cost < cost) {
      symbol = other;
      cost = other_cost;
    }
  }
};

/// The branches of one symbol, [quantizer][parity]: they are the same for all states of a
/// quantizer.
using BranchCosts = std::array<std::array<Branch, 2>, 2>;

/// Writes the branch costs of `count` symbols, from the symbol `first` on.
using BranchCostSource =
    std::function<void(std::size_t first, std::size_t count, BranchCosts* costs)>;

/// Likelihoods of one symbol's branches, [quantizer][parity], up to a factor common to all; and
/// each times the mean reconstruction point of its branch.
struct BranchLikelihoods {
  std::array<std::array<float, 2>, 2> likelihood{}, moment{};

  /// The mean reconstruction point where neighbours prefer no branch.
  [[nodiscard]] float mean() const {
    return (moment[0][0] + moment[0][1] + moment[1][0] + moment[1][1]) /
           (likelihood[0][0] + likelihood[0][1] + likelihood[1][0] + likelihood[1][1]);
  }
};

}  // namespace imgcnn::rdo
