#pragma once
// Which places in earlier channels tell most about a channel: chosen once from training pictures, kept in the model
// file.

#include <array>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/entropy/dependent_quantizer.h"

namespace imgcnn::entropy {

/// A partner is channel * kPartnerPlaces + place; places are the same position and its neighbours to the east, south,
/// west and north, all decoded already. kNoPartner where a channel has fewer.
constexpr int kPartnerPlaces = 5;
constexpr std::int32_t kNoPartner = -1;
/// Partners of each channel, most telling first: for the signed prediction, then for the magnitude.
constexpr int kSignedPartners = 12;
constexpr int kMagnitudePartners = 8;
constexpr int kPartners = kSignedPartners + kMagnitudePartners;

/// The channels just before, at the same position: what to take where no pictures are at hand.
[[nodiscard]] std::vector<std::int32_t> plain_partners(int channels);

/// Sums over training pictures. Floating point is no danger here: only the choice, integers, reaches a model file.
/// Memory: 400 bytes * channels^2.
class PartnerSearch {
 public:
  PartnerSearch(const CdfTable& table, int channels, const DependentQuantizer& trellis = {});

  /// Adds planes [channels, height, width]. Requires: rows, those without the trellis, within the table.
  void add(const std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size);

  /// For each channel, step by step, the place that explains most of what neighbours in the channel and the partners
  /// chosen before leave of the variance. [channels][kPartners].
  [[nodiscard]] std::vector<std::int32_t> choose() const;

 private:
  DependentQuantizer trellis_;
  std::vector<float> expected_;  ///< [rows] magnitude as contexts see it
  int channels_;
  std::int64_t positions_ = 0;
  /// Sums of products of all places, by signed and by absolute values: upper triangles of square matrices.
  std::array<std::vector<float>, 2> products_;
};

}  // namespace imgcnn::entropy
