#pragma once
// The error maps of SSIMULACRA 2 of one channel at one scale, and the norms of them.

#include <array>
#include <cstddef>

namespace imgcnn::image {

/// Rows of one channel of two pictures in the colour space of xyb.h, without gaps.
struct ChannelPair {
  const float* shown = nullptr;
  const float* original = nullptr;
  int height = 0, width = 0;
};

/// The means of the structural, the ringing and the blurring map, then their 4-norms: the fourth
/// root of the mean fourth power.
using MapNorms = std::array<double, 6>;

[[nodiscard]] MapNorms map_norms(const ChannelPair& pair);

/// Writes the gradient of the sum of `weights` times `norms`, which are those of the pair, with
/// respect to the samples of `shown`.
void map_gradient(const ChannelPair& pair, const MapNorms& norms, const MapNorms& weights,
                  float* gradient);

}  // namespace imgcnn::image
