#pragma once
// Planes of symbols <-> rANS: by the static distributions of a table, or by the context coder on
// top of them.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_coder.h"
#include "imgcnn/entropy/cut_stream.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/entropy/rans.h"

namespace imgcnn::codec {

/// What is known of planes before their symbols: all channels of a window, or the first of them.
struct PlaneIndexes {
  entropy::PlaneSize size;
  /// [channels][height][width], those without the dependent quantizer.
  std::vector<std::uint16_t> cdf_indexes;

  [[nodiscard]] std::size_t positions() const {
    return static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
  }
  [[nodiscard]] int channels() const { return static_cast<int>(cdf_indexes.size() / positions()); }
};

/// Symbols and values are [channels][height][width], as the indexes are. Immutable, hence safe to
/// share among threads.
class PlaneCoder {
 public:
  PlaneCoder() = default;
  /// Throws kCorrupt naming `name` when the context coder's weights do not fit the channels.
  PlaneCoder(entropy::CdfTable table, int channels,
             std::optional<entropy::ContextMlpWeights> context, const std::string& name,
             entropy::DependentQuantizer quantizer = {});

  /// Appends the symbols of all channels to the stream. Of the plan: quality and context coding,
  /// which means nothing where the model has none. Requires: as many symbols as indexes, within
  /// +-kMaxSymbol.
  void encode(const entropy::CutStream<entropy::RansEncoder>& stream,
              const std::vector<std::int32_t>& symbols, const PlaneIndexes& indexes,
              const CodingPlan& plan) const;
  /// Inverse, of as many channels as there are indexes. Faults in the stream show at the cut, which
  /// throws kCorrupt, or in the decoder's `finish`.
  [[nodiscard]] std::vector<std::int32_t> decode(
      const entropy::CutStream<entropy::RansDecoder>& stream, const PlaneIndexes& indexes,
      const CodingPlan& plan) const;
  /// Reconstruction points of symbols.
  [[nodiscard]] std::vector<float> values(const std::vector<std::int32_t>& symbols,
                                          const PlaneIndexes& indexes) const;

  [[nodiscard]] const entropy::CdfTable& table() const { return table_; }
  [[nodiscard]] const entropy::DependentQuantizer& quantizer() const { return quantizer_; }
  /// Empty where the model has none.
  [[nodiscard]] const std::optional<entropy::ContextCoder>& context() const { return context_; }

 private:
  entropy::CdfTable table_;
  entropy::DependentQuantizer quantizer_;
  std::optional<entropy::ContextCoder> context_;
};

}  // namespace imgcnn::codec
