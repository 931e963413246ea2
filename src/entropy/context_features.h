#pragma once
// What the correcting network sees of a symbol: magnitudes by their logarithms, quarter octaves. Only for the context
// pass.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "context_planes.h"
#include "context_surroundings.h"
#include "imgcnn/entropy/context_network.h"

namespace imgcnn::entropy {

/// Of a magnitude, 0 for 0. Requires: 0 <= magnitude.
[[nodiscard]] inline int octaves(std::int32_t magnitude) {
  constexpr std::size_t kTabled = 128;
  static constexpr auto kTable = [] {
    std::array<std::int8_t, kTabled> table{};
    for (std::size_t v = 0; v < kTabled; ++v)
      table[v] = static_cast<std::int8_t>(quarter_octaves(static_cast<std::uint32_t>(v) + 1));
    return table;
  }();
  const auto v = static_cast<std::size_t>(magnitude);
  return v < kTabled ? kTable[v] : quarter_octaves(static_cast<std::uint32_t>(v) + 1);
}

/// The same with the sign.
[[nodiscard]] inline int signed_octaves(std::int32_t value) { return value < 0 ? -octaves(-value) : octaves(value); }

/// Where a symbol stands and what the rest of the model says of it.
struct FeatureSources {
  const SymbolPlanes& planes;
  const Place& place;
  const PartnerDistances& partners;
  const PartnerMagnitudes& beside;
  int level, ratio, near_ratio;
  int observed, expected;                          ///< see LocalScale
  std::int32_t predicted, predicted_magnitude;     ///< units of 1/256
  std::int32_t table_logit0, table_logit1, logit;  ///< of |symbol| > 0 and > 1 by the row, of |symbol| > 0 as mixed
  int quality16;
  int quantiser;  ///< of the trellis
};

[[nodiscard]] inline ContextNetwork::Features network_features(const FeatureSources& of) {
  ContextNetwork::Features features{};
  std::size_t at = 0;
  const auto put = [&](int value) { features[at++] = static_cast<std::int8_t>(value); };
  const auto put_limited = [&](int value) {
    put(std::clamp(value, -ContextNetwork::kMostFeature, ContextNetwork::kMostFeature));
  };
  const auto put_both = [&](std::int32_t value) {
    put(signed_octaves(value));
    put(octaves(std::abs(value)));
  };
  const std::int8_t* const here = of.place.here;
  const std::ptrdiff_t row = of.place.row, plane = of.place.plane;
  for (const std::ptrdiff_t d : {std::ptrdiff_t{-1}, -row, -row - 1, -row + 1, std::ptrdiff_t{-2}, -2 * row})
    put_both(here[d]);
  for (const std::ptrdiff_t d : {-2 * row - 1, -2 * row + 1, -row - 2, -row + 2, -2 * row - 2, -2 * row + 2})
    put(octaves(std::abs(here[d])));
  for (std::size_t j = 0; j < kSignedPartners; ++j)
    put_both(j < of.partners.signed_count ? here[of.partners.distance[j]] : 0);
  for (std::size_t j = 0; j < kMagnitudePartners; ++j) {
    const bool there = j < of.partners.magnitude_count;
    put(octaves(of.beside[j]));
    put(there ? octaves(of.planes.ring(here + of.partners.distance[kSignedPartners + j])) : 0);
  }
  for (int distance = 1; distance <= 4; ++distance) put(octaves(std::abs(of.place.before(distance))));
  for (int distance = 1; distance <= 2; ++distance) {
    put(of.place.channel >= distance ? octaves(of.planes.ring(here - distance * plane)) : 0);
  }
  put(of.observed);
  put(of.expected);
  put((of.level - 48) / 2);
  put(of.ratio);
  put_limited(of.near_ratio);
  put(signed_octaves(of.predicted / 16));
  put(octaves(std::abs(of.predicted) / 16));
  put(octaves(of.predicted_magnitude / 8));
  put(of.table_logit0 / 64);
  put(of.table_logit1 / 64);
  put(of.logit / 64);
  put((of.quality16 - 800) / 32);
  put(64 * of.quantiser);
  return features;
}

}  // namespace imgcnn::entropy
