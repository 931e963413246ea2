#pragma once
// What was decoded around a symbol, as the contexts see it. Only for the context pass.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "context_layout.h"
#include "context_planes.h"

namespace imgcnn::entropy {

/// Where the partners of a channel lie, as distances from a symbol of it.
struct PartnerDistances {
  std::array<std::ptrdiff_t, kPartners> distance{};
  std::size_t signed_count = 0;     ///< the first kSignedPartners entries
  std::size_t magnitude_count = 0;  ///< from kSignedPartners on
};

inline PartnerDistances partner_distances(const std::vector<std::int32_t>& partners, int channel,
                                          const SymbolPlanes& planes) {
  const std::array<std::ptrdiff_t, kPartnerPlaces> places = {0, 1, planes.stride(), -1, -planes.stride()};
  PartnerDistances result;
  const std::int32_t* const own = partners.data() + static_cast<std::size_t>(channel) * kPartners;
  for (std::size_t j = 0; j < kPartners; ++j) {
    if (own[j] == kNoPartner) continue;
    const bool is_signed = j < kSignedPartners;
    const std::size_t at = is_signed ? result.signed_count++ : kSignedPartners + result.magnitude_count++;
    result.distance[at] = (own[j] / kPartnerPlaces - channel) * planes.plane() +
                          places[static_cast<std::size_t>(own[j] % kPartnerPlaces)];
  }
  return result;
}

/// A symbol among the others: neighbours lie at distances of 1, row and plane.
struct Place {
  const std::int8_t* here;
  int channel;
  std::ptrdiff_t row, plane;

  /// The same position in an earlier channel; 0 before the first.
  [[nodiscard]] int before(int distance) const { return channel >= distance ? here[-distance * plane] : 0; }
};

/// Magnitudes around a symbol.
struct Around {
  int west, north, northwest, northeast, far_west, far_north;
  int before1, before2, before;  ///< of the channels before; weighted sum of four
  [[nodiscard]] int near() const { return 2 * west + 2 * north + northwest + northeast; }
  [[nodiscard]] int far() const { return far_west + far_north; }
  [[nodiscard]] bool all_zero() const { return near() == 0 && far() == 0 && before == 0; }
};

inline Around look_around(const Place& place) {
  const std::int8_t* const here = place.here;
  const std::ptrdiff_t row = place.row;
  const int b1 = std::abs(place.before(1)), b2 = std::abs(place.before(2));
  return {std::abs(here[-1]),
          std::abs(here[-row]),
          std::abs(here[-row - 1]),
          std::abs(here[-row + 1]),
          std::abs(here[-2]),
          std::abs(here[-2 * row]),
          b1,
          b2,
          2 * b1 + 2 * b2 + std::abs(place.before(3)) + std::abs(place.before(4))};
}

/// Magnitudes of the partners for magnitude, most telling first; 0 for those that a channel lacks.
using PartnerMagnitudes = std::array<int, kMagnitudePartners>;

inline PartnerMagnitudes partner_magnitudes(const std::int8_t* here, const PartnerDistances& partners) {
  PartnerMagnitudes result{};
  for (std::size_t j = 0; j < partners.magnitude_count; ++j)
    result[j] = std::abs(here[partners.distance[kSignedPartners + j]]);
  return result;
}

/// Class of four values of 0..2, first most significant.
[[nodiscard]] constexpr int quad(int a, int b, int c, int d) { return ((a * 3 + b) * 3 + c) * 3 + d; }

}  // namespace imgcnn::entropy
