// Distances to what is seen, made once a channel; features by one load each.

#include "context_features.h"

#include <algorithm>
#include <cstring>

namespace imgcnn::entropy {
namespace {

constexpr int kMostIndexDifference = 32;

// Where features begin.
constexpr std::size_t kNear = 6, kSigned = 2 * kNear, kAround = kSigned + 2 * kSignedReferences,
                      kMagnitudes = kAround + 4 * kSurroundedReferences,
                      kRings = kMagnitudes + kMagnitudeReferences,
                      kIndexes = kRings + kMagnitudeReferences;

/// Writes the magnitudes of kCount numbers within +-127, eight or less, at once.
template <std::size_t kCount>
void magnitudes_of(const std::int8_t* from, std::int8_t* to) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, from, kCount);
  const std::uint64_t negative = bytes >> 7 & 0x0101010101010101U;
  // All bits turned, and one added: no sum exceeds its byte.
  bytes = (bytes ^ negative * 255) + negative;
  std::memcpy(to, &bytes, kCount);
}

std::int8_t clamped(int value) { return static_cast<std::int8_t>(std::clamp(value, -127, 127)); }

}  // namespace

ContextFeatures::ContextFeatures(const References& references, const SymbolHistory& history,
                                 const PictureStatistics& statistics, int quality16)
    : references_(references),
      history_(history),
      statistics_(statistics),
      quality_((quality16 - 800) / kQualityUnit) {
  const std::ptrdiff_t row = history.stride();
  near_ = {-1, -row, -row - 1, -row + 1, -2, -2 * row};
}

void ContextFeatures::begin_channel(int channel, const std::uint16_t* cdf_indexes, PlaneSize size) {
  channel_ = channel;
  const std::ptrdiff_t row = history_.stride(), plane = history_.plane();
  const std::array<std::ptrdiff_t, kReferencePlaces> places = {0, 1, row, -1, -row};
  const std::ptrdiff_t nothing = history_.levels(history_.channels()) - history_.levels(channel);
  const std::int32_t* const own =
      references_.data() + static_cast<std::ptrdiff_t>(channel) * kReferences;
  const auto distance = [&](std::int32_t reference) {
    return reference == kNoReference
               ? nothing
               : (reference / kReferencePlaces - channel) * plane +
                     places[static_cast<std::size_t>(reference % kReferencePlaces)];
  };
  for (std::size_t j = 0; j < kSignedReferences; ++j) signed_[j] = distance(own[j]);
  for (std::size_t j = 0; j < kMagnitudeReferences; ++j)
    magnitude_[j] = distance(own[kSignedReferences + j]);
  for (std::size_t j = 0; j < kSurroundedReferences; ++j) {
    for (std::size_t place = 1; place < kReferencePlaces; ++place) {
      around_[4 * j + place - 1] =
          own[j] == kNoReference ? nothing
                                 : (own[j] / kReferencePlaces - channel) * plane + places[place];
    }
  }
  indexes_.resize(static_cast<std::size_t>(plane));
  for (int y = -1; y <= size.height; ++y) {
    const std::uint16_t* const from =
        cdf_indexes + static_cast<std::ptrdiff_t>(std::clamp(y, 0, size.height - 1)) * size.width;
    std::uint16_t* const to = indexes_.data() + history_.offset(y, 0);
    to[-1] = from[0];
    std::copy_n(from, size.width, to);
    to[size.width] = from[size.width - 1];
  }
}

std::array<std::ptrdiff_t, kPredictorInputs> ContextFeatures::predictor_distances() const {
  std::array<std::ptrdiff_t, kPredictorInputs> distances{near_[0], near_[1], near_[2], near_[3]};
  std::copy(signed_.begin(), signed_.end(), distances.begin() + 4);
  return distances;
}

void ContextFeatures::write(std::ptrdiff_t offset, const LevelPredictions& predictions,
                            int plane_ratio, const IndexStatistics& own,
                            std::int8_t* features) const {
  const std::int8_t* const here = history_.levels(channel_) + offset;
  const std::int8_t* const rings = history_.rings(channel_) + offset;
  for (std::size_t j = 0; j < kNear; ++j) features[j] = here[near_[j]];
  for (std::size_t j = 0; j < kSignedReferences; ++j) features[kSigned + j] = here[signed_[j]];
  for (std::size_t j = 0; j < around_.size(); ++j) features[kAround + j] = here[around_[j]];
  for (std::size_t j = 0; j < kMagnitudeReferences; ++j)
    features[kMagnitudes + j] = here[magnitude_[j]];
  for (std::size_t j = 0; j < kMagnitudeReferences; ++j)
    features[kRings + j] = rings[magnitude_[j]];

  std::int8_t* to = features + kIndexes;
  const std::uint16_t* const index = indexes_.data() + offset;
  const std::ptrdiff_t row = history_.stride();
  for (const std::ptrdiff_t distance : {std::ptrdiff_t{-1}, -row, std::ptrdiff_t{1}, row})
    *to++ = static_cast<std::int8_t>(
        std::clamp(index[distance] - index[0], -kMostIndexDifference, kMostIndexDifference));

  // Units of 1/16: less than that is as good as none.
  for (const std::int32_t prediction : predictions) {
    const std::int8_t octaves = signed_octaves(prediction / 16);
    *to++ = octaves;
    *to++ = static_cast<std::int8_t>(std::abs(octaves));
  }

  const LocalEnergy energy = statistics_.around(offset);
  *to++ = clamped(energy.observed);
  *to++ = clamped(energy.expected);
  *to++ = clamped(energy.observed - energy.expected);
  *to++ = static_cast<std::int8_t>((own.level - 48) / 2);
  *to++ = clamped(own.greater[0] / 8);
  *to++ = clamped(own.greater[1] / 8);
  *to++ = clamped(plane_ratio);
  *to++ = clamped(statistics_.gt0_ratio(own.level));
  *to++ = clamped(statistics_.gt1_ratio(own.level));
  *to++ = static_cast<std::int8_t>(quality_);
}

void ContextFeatures::add_magnitudes(std::int8_t* features, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i, features += kFeatureStride) {
    magnitudes_of<4>(features, features + kNear);
    magnitudes_of<kNear - 4>(features + 4, features + kNear + 4);
    magnitudes_of<8>(features + kSigned, features + kSigned + kSignedReferences);
    magnitudes_of<kSignedReferences - 8>(features + kSigned + 8,
                                         features + kSigned + kSignedReferences + 8);
    magnitudes_of<kMagnitudeReferences>(features + kMagnitudes, features + kMagnitudes);
  }
}

}  // namespace imgcnn::entropy
