#pragma once
// Which positions of earlier channels tell most about each channel: chosen once from training
// pictures, kept in the model file as the references of its context coder.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/codec/latent_extractor.h"

namespace imgcnn::train {

/// Sums of products of the values at all places, a symmetric matrix, over so many positions.
struct ProductSums {
  std::vector<float> products;
  double positions = 0;
};

/// Sums products of levels over training pictures. Only the choice, integers, reaches a model file.
/// Memory: 200 bytes * channels^2, and as much for each picture up to kMostSignedPictures.
class ReferenceSearch {
 public:
  static constexpr std::size_t kMostSignedPictures = 48;

  explicit ReferenceSearch(codec::PlaneCoding coding);

  /// Adds the planes of a picture. Signed references are chosen from the first kMostSignedPictures
  /// alone.
  void add(const codec::ExtractedPlanes& planes);

  /// For each channel, step by step, the position that explains most of what neighbours in the
  /// channel and the references chosen before leave of the variance (forward selection). References
  /// seen with their sign may explain each picture in a way of its own, because the linear
  /// prediction adapts. [channels][kReferences].
  [[nodiscard]] std::vector<std::int32_t> choose() const;

 private:
  codec::PlaneCoding coding_;
  std::vector<float> expected_;          ///< [CDFs] magnitude as contexts see it
  std::vector<ProductSums> pictures_;    ///< of signed values, each of one picture
  std::vector<ProductSums> magnitudes_;  ///< one, over all pictures
};

}  // namespace imgcnn::train
