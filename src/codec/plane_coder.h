#pragma once
// Planes of symbols <-> rANS: by the static distributions of a table, or by the context coder on top of them.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_coder.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/entropy/rans.h"
#include "imgcnn/model/dequantize.h"
#include "imgcnn/rdo/context_odds.h"
#include "imgcnn/rdo/trellis_search.h"

namespace imgcnn::codec {

/// Symbols, values and CDF indexes, those without the dependent quantizer, are [channels][height][width]. `context`
/// asks for the context coder and means nothing where the model has none. Immutable, hence safe to share among threads.
class PlaneCoder {
 public:
  PlaneCoder() = default;
  /// Throws kCorrupt naming `name` when the context coder's weights do not fit the channels.
  PlaneCoder(entropy::CdfTable table, int channels, std::optional<entropy::ContextMlpWeights> context,
             const std::string& name, entropy::DependentQuantizer quantizer = {});

  /// Reconstruction points of symbols.
  [[nodiscard]] std::vector<float> values(const std::vector<std::int32_t>& symbols,
                                          const std::vector<std::uint16_t>& cdf_indexes,
                                          entropy::PlaneSize size) const {
    return model::dequantize(quantizer_, cdf_indexes, symbols, entropy::CodingOrder(size));
  }

  /// Symbols of least bits + weight * squared error.
  [[nodiscard]] std::vector<std::int32_t> quantize(const std::vector<float>& values, float weight,
                                                   const std::vector<std::uint16_t>& cdf_indexes,
                                                   entropy::PlaneSize size, int quality16, bool context) const;

  /// A search for the symbols of values under these indexes.
  [[nodiscard]] rdo::TrellisSearch search(std::vector<std::uint16_t> cdf_indexes, entropy::PlaneSize size) const {
    return {quantizer_, table_, std::move(cdf_indexes), entropy::CodingOrder(size)};
  }

  /// See rdo::context_odds. Requires: has_context().
  [[nodiscard]] std::vector<rdo::OddsShift> odds(const std::vector<std::int32_t>& symbols,
                                                 const std::vector<std::uint16_t>& cdf_indexes, entropy::PlaneSize size,
                                                 int quality16) const {
    return rdo::context_odds(*context_, symbols, cdf_indexes, entropy::CodingOrder(size), quality16);
  }

  /// Appends the symbols to a stream. Requires: as many symbols as indexes, within +-kMaxSymbol.
  void encode(entropy::RansEncoder& encoder, const std::vector<std::int32_t>& symbols,
              const std::vector<std::uint16_t>& cdf_indexes, entropy::PlaneSize size, int quality16,
              bool context) const;

  /// Inverse.
  [[nodiscard]] std::vector<std::int32_t> decode(entropy::RansDecoder& decoder,
                                                 const std::vector<std::uint16_t>& cdf_indexes, entropy::PlaneSize size,
                                                 int quality16, bool context) const;

  [[nodiscard]] bool has_context() const { return context_.has_value(); }
  /// Requires: has_context().
  [[nodiscard]] const entropy::ContextCoder& context() const { return *context_; }
  [[nodiscard]] const entropy::CdfTable& table() const { return table_; }
  [[nodiscard]] const entropy::DependentQuantizer& quantizer() const { return quantizer_; }

 private:
  entropy::CdfTable table_;
  entropy::DependentQuantizer quantizer_;
  std::optional<entropy::ContextCoder> context_;
};

}  // namespace imgcnn::codec
