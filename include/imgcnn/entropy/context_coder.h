#pragma once
// Context coding of symbol planes: a network predicts each symbol from levels decoded before it,
// and binary decisions coded by these probabilities take the place of the symbol's static
// distribution. Nothing here adapts but a few sums (picture_statistics.h), so the symbols of a
// front are predicted together. Integers only. Specification: src/bitstream/FORMAT.md, section 1.7.
//
// One symbol, worked: its CDF index says |symbol| > 0 with logit -410 (16.8 %); the network adds
// +160, so the decision is coded with squash(-250) = 27.4 %. It is one; next come "> 1", "> 2" and
// so on, with corrections of their own up to
// "> 2", whose correction holds for all larger ones, until a decision is zero, and at last the
// sign.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/coding_order.h"
#include "imgcnn/entropy/context_mlp.h"
#include "imgcnn/entropy/cut_stream.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/entropy/rans.h"

namespace imgcnn::entropy {

struct IndexStatistics;

/// Magnitudes below this are coded in unary, one binary decision "greater than k" each.
constexpr std::size_t kUnaryDecisions = 14;

/// Logits that an index's own distribution gives the decisions of a symbol, units of 1/256 nat.
struct IndexLogits {
  std::array<std::int16_t, kUnaryDecisions> greater{};  ///< of |symbol| > k given |symbol| >= k
  std::int16_t negative = 0;                            ///< of symbol < 0 given |symbol| > 0
};

/// What was predicted of symbols of a channel, in coding order.
struct PredictedSymbols {
  int channel = 0;
  const std::uint32_t* positions = nullptr;  ///< [count] raster positions
  std::size_t count = 0;
  const std::uint16_t* coding_indexes = nullptr;  ///< [height][width] of the channel
  const std::int8_t* features = nullptr;          ///< [count][kFeatureStride]
  const std::int16_t* corrections = nullptr;      ///< [count][kCorrectionStride]
  /// [kPredictorInputs] weights that the channel leaves.
  const std::int32_t* predictor = nullptr;
};

/// Hears of predictions, channel by channel.
class PredictionObserver {
 public:
  virtual ~PredictionObserver() = default;
  virtual void see(const PredictedSymbols& predicted) = 0;
};

/// Immutable, hence safe to share among threads. Symbols and CDF indexes, those without the
/// dependent quantizer, are [channels][height][width]. quality16: see quality.h.
class ContextCoder {
 public:
  /// Throws kCorrupt naming `name` when the weights do not fit the channels, or the table the
  /// quantizer.
  ContextCoder(CdfTable table, DependentQuantizer quantizer, int channels,
               ContextMlpWeights weights, const std::string& name);
  ~ContextCoder();
  ContextCoder(ContextCoder&&) noexcept;
  ContextCoder& operator=(ContextCoder&&) noexcept;

  /// Appends the symbols to the stream. Requires: indexes within the table, symbols within
  /// +-kMaxSymbol.
  void encode(const CutStream<RansEncoder>& stream, const std::int32_t* symbols,
              const std::uint16_t* cdf_indexes, const CodingOrder& order, int quality16) const;

  /// Inverse, of all channels or of the first `channels`. Never reads outside of its arguments;
  /// faults in the stream show at the cut, which throws kCorrupt, or in the decoder's `finish`. The
  /// work is bounded by the number of symbols.
  void decode(const CutStream<RansDecoder>& stream, std::int32_t* symbols,
              const std::uint16_t* cdf_indexes, const CodingOrder& order, int quality16) const {
    decode(stream, symbols, cdf_indexes, order, quality16, channels_);
  }
  void decode(const CutStream<RansDecoder>& stream, std::int32_t* symbols,
              const std::uint16_t* cdf_indexes, const CodingOrder& order, int quality16,
              int channels) const;

  /// Shows what would be predicted of these symbols.
  void observe(const std::int32_t* symbols, const std::uint16_t* cdf_indexes,
               const CodingOrder& order, int quality16, PredictionObserver& observer) const;

  [[nodiscard]] IndexLogits logits(std::size_t coding_index) const;
  /// Whether symbols of this CDF index are predicted; others are coded by their distribution alone.
  [[nodiscard]] bool predicts(std::uint16_t cdf_index) const { return predicted_[cdf_index] != 0; }
  [[nodiscard]] const ContextMlp& mlp() const { return mlp_; }

 private:
  class Pass;

  CdfTable table_;
  DependentQuantizer quantizer_;
  int channels_;
  std::vector<IndexStatistics> statistics_;
  std::vector<std::uint8_t> predicted_;  ///< [CDF indexes] whether their symbols are predicted
  /// [CDF indexes] magnitude that contexts expect, units of 2^-16.
  std::vector<std::int32_t> expected_;
  ContextMlp mlp_;
};

}  // namespace imgcnn::entropy
