#pragma once
// Tables, networks and planes to try the context coder on, of integers alone: the same on every
// machine.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_mlp.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/entropy/plane_size.h"

namespace imgcnn::entropy {

/// CDFs whose spread repeats after this many indexes; symbols of every kSpreads-th index, from 0
/// on, are too seldom other than zero to be predicted.
constexpr int kSpreads = 8;

/// CDFs of symbols -m..m (leaning: -m / 2..m, the negative ones rarer), m = 1 + 3 * spread, that
/// decay geometrically; behind them those of the dependent indexes, the same for both quantizers.
inline CdfTable geometric_table(int indexes, bool leaning = false,
                                const DependentQuantizer& quantizer = {}) {
  std::vector<int> spreads;
  for (int index = 0; index < indexes; ++index) spreads.push_back(index % kSpreads);
  for (int index = 0; index < indexes; ++index) {
    if (quantizer.applies_to(static_cast<std::uint16_t>(index)))
      spreads.insert(spreads.end(), 2, index % kSpreads);
  }
  std::vector<std::int32_t> offsets, lengths;
  std::vector<std::uint16_t> frequencies;
  for (const std::int64_t spread : spreads) {
    const auto most = static_cast<std::int32_t>(1 + 3 * spread),
               least = leaning ? -(most / 2) : -most;
    std::vector<std::int64_t> shares;
    for (std::int32_t symbol = least; symbol <= most; ++symbol) {
      std::int64_t share = std::int64_t{1} << 32;
      for (std::int32_t i = 0; i < std::abs(symbol); ++i)
        share = spread == 0 ? share / 1000 : share * spread / (spread + 2);
      shares.push_back(leaning && symbol < 0 ? share / 3 : share);
    }
    shares.push_back(shares.back());  // of the escape
    std::int64_t sum = 0, rest = 65536;
    for (const std::int64_t share : shares) sum += share;
    for (std::int64_t& share : shares)
      rest -= share = 1 + share * (65536 - static_cast<std::int64_t>(shares.size())) / sum;
    shares[static_cast<std::size_t>(-least)] += rest;
    offsets.push_back(least);
    lengths.push_back(static_cast<std::int32_t>(shares.size()));
    for (const std::int64_t share : shares)
      frequencies.push_back(static_cast<std::uint16_t>(share));
  }
  return {std::move(offsets), std::move(lengths), std::move(frequencies), "geometric"};
}

/// A network of zeros, without references: it corrects nothing.
inline ContextMlpWeights blank_mlp(int channels, std::size_t width) {
  using W = ContextMlpWeights;
  const auto c = static_cast<std::size_t>(channels);
  W weights;
  weights.predictors.assign(c * kPredictorInputs, 0);
  weights.references.assign(c * kReferences, kNoReference);
  weights.first.resize(c * kContextFeatures * width);
  weights.first_bias.resize(c * width);
  weights.second.resize(width * W::kNarrow);
  weights.second_bias.resize(c * W::kNarrow);
  weights.third.resize(c * W::kNarrow * W::kOutputs);
  weights.third_bias.resize(c * W::kOutputs);
  return weights;
}

/// Calls use(values, limit) with each part of a network but the references, and with what makes
/// corrections of about one nat of entries within +-limit.
template <class Use>
void for_each_layer(ContextMlpWeights& weights, const Use& use) {
  use(weights.first, 40);
  use(weights.first_bias, 2000);
  use(weights.second, 40);
  use(weights.second_bias, 2000);
  use(weights.third, 12);
  use(weights.third_bias, 500);
}

/// References to anything that is decoded before, and numbers from draw(): any 32 bits.
template <class Draw>
ContextMlpWeights drawn_mlp(int channels, std::size_t width, Draw&& draw) {
  ContextMlpWeights weights = blank_mlp(channels, width);
  for (std::int32_t& weight : weights.predictors)
    weight = static_cast<std::int32_t>(draw() % 40001) - 20000;
  for (std::size_t i = 0; i < weights.references.size(); ++i) {
    const auto before = static_cast<std::uint32_t>(i / kReferences * kReferencePlaces);
    weights.references[i] = static_cast<std::int32_t>(draw() % (before + 1)) - 1;
  }
  for_each_layer(weights, [&](auto& values, int limit) {
    using Value = typename std::decay_t<decltype(values)>::value_type;
    for (Value& value : values)
      value = static_cast<Value>(
          static_cast<int>(draw() % static_cast<std::uint32_t>(2 * limit + 1)) - limit);
  });
  return weights;
}

inline ContextMlpWeights random_mlp(int channels, std::size_t width, unsigned seed) {
  std::mt19937 random(seed);
  return drawn_mlp(channels, width, [&] { return static_cast<std::uint32_t>(random()); });
}

/// Symbols and their CDF indexes, [channels][height][width].
struct ContextPlanes {
  PlaneSize size;
  std::vector<std::int32_t> symbols;
  std::vector<std::uint16_t> cdf_indexes;

  ContextPlanes(int channels, PlaneSize size_of_planes)
      : size(size_of_planes),
        symbols(static_cast<std::size_t>(channels * size.height * size.width)),
        cdf_indexes(symbols.size()) {}
};

/// Small symbols under any of the indexes.
inline ContextPlanes random_planes(int channels, PlaneSize size, int indexes, unsigned seed) {
  std::mt19937 random(seed);
  ContextPlanes planes(channels, size);
  for (std::size_t i = 0; i < planes.symbols.size(); ++i) {
    const auto index = static_cast<int>(random() % static_cast<unsigned>(indexes));
    const int most = 1 + index % kSpreads;
    planes.cdf_indexes[i] = static_cast<std::uint16_t>(index);
    planes.symbols[i] =
        static_cast<std::int32_t>(random() % static_cast<unsigned>(2 * most + 1)) - most;
  }
  return planes;
}

}  // namespace imgcnn::entropy
