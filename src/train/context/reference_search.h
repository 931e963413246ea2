#pragma once
// Which positions of earlier channels tell most about each channel: chosen once from training pictures, kept in the
// model file as the references of its context coder.

#include <array>
#include <cstdint>
#include <vector>

#include "imgcnn/codec/latent_extractor.h"

namespace imgcnn::train {

/// The channels just before, at the same position: references where no pictures are at hand.
[[nodiscard]] std::vector<std::int32_t> nearest_references(int channels);

/// Sums products of levels over training pictures. Only the choice, integers, reaches a model file. Memory: 400 bytes *
/// channels^2.
class ReferenceSearch {
 public:
  explicit ReferenceSearch(codec::PlaneCoding coding);

  /// Adds the planes of a picture.
  void add(const codec::ExtractedPlanes& planes);

  /// For each channel, step by step, the position that explains most of what neighbours in the channel and the
  /// references chosen before leave of the variance (forward selection). [channels][kReferences].
  [[nodiscard]] std::vector<std::int32_t> choose() const;

 private:
  codec::PlaneCoding coding_;
  std::vector<float> expected_;  ///< [CDFs] magnitude as contexts see it
  std::int64_t positions_ = 0;
  /// Sums of products of all places, by signed and by absolute values: upper triangles of square matrices.
  std::array<std::vector<float>, 2> products_;
};

}  // namespace imgcnn::train
