#pragma once
// What the context network sees of a symbol: levels around it and at reference positions in earlier
// channels, how they compare with what their distributions expected, and what the symbol's own
// distribution says. Every feature is an integer within +-127, in units of 1/32. Specification:
// FORMAT.md, section 1.7.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/context_mlp.h"
#include "index_statistics.h"
#include "level_predictor.h"
#include "picture_statistics.h"
#include "symbol_history.h"

namespace imgcnn::entropy {

/// Reference positions of all channels as a model file holds them, [channels][kReferences].
using References = std::vector<std::int32_t>;

/// Computes the features of a plane's symbols.
class ContextFeatures {
 public:
  /// Refers to the references, the history and the statistics, which must outlive it.
  ContextFeatures(const References& references, const SymbolHistory& history,
                  const PictureStatistics& statistics, int quality16);

  /// Turns to a channel. cdf_indexes [height][width] in raster order: those of its symbols without
  /// the quantizer.
  void begin_channel(int channel, const std::uint16_t* cdf_indexes, PlaneSize size);

  /// Writes the features of one symbol, but for magnitudes. offset: its place in the history;
  /// predictions: of the level, units of 1/256; plane_ratio: see PictureStatistics; own: the
  /// statistics of its index.
  void write(std::ptrdiff_t offset, const LevelPredictions& predictions, int plane_ratio,
             const IndexStatistics& own, std::int8_t* features) const;
  /// Adds the magnitudes to features [count][kFeatureStride] that were written: after many of them,
  /// as processors wait where bytes that were just written are read as words.
  static void add_magnitudes(std::int8_t* features, std::size_t count);

  /// Distances of the inputs of the linear prediction in the channel.
  [[nodiscard]] std::array<std::ptrdiff_t, kPredictorInputs> predictor_distances() const;

 private:
  const References& references_;
  const SymbolHistory& history_;
  const PictureStatistics& statistics_;
  int quality_;
  int channel_ = 0;
  // Distances from a symbol in the channel's own plane of levels, or of rings, to what is seen.
  std::array<std::ptrdiff_t, 6> near_{};
  std::array<std::ptrdiff_t, kSignedReferences> signed_{};
  std::array<std::ptrdiff_t, 4 * kSurroundedReferences> around_{};
  std::array<std::ptrdiff_t, kMagnitudeReferences> magnitude_{};
  std::vector<std::uint16_t> indexes_;  ///< laid out as a plane of the history, edges repeated
};

}  // namespace imgcnn::entropy
