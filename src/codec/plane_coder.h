#pragma once
// Planes of symbols <-> rANS: by the static rows of a table, or by the context model that adapts them. Integers only.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/entropy/context_partners.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/entropy/rans.h"
#include "imgcnn/model/dequantize.h"
#include "imgcnn/rdo/trellis_search.h"

namespace imgcnn::codec {

/// Symbols and rows are [channels, height, width]; rows are those without the trellis. `context` asks for the context
/// model and means nothing where there is none.
class PlaneCoder {
 public:
  PlaneCoder() = default;
  /// Throws kCorrupt naming `name` when the start does not fit the channels.
  PlaneCoder(entropy::CdfTable table, int channels, std::optional<entropy::ContextState> start, const std::string& name,
             entropy::DependentQuantizer trellis = {});

  /// What symbols stand for.
  [[nodiscard]] std::vector<float> values(const std::vector<std::int32_t>& symbols,
                                          const std::vector<std::uint16_t>& rows) const {
    return model::dequantize(trellis_, rows, symbols);
  }

  /// Symbols of least bits + weight * squared error.
  [[nodiscard]] std::vector<std::int32_t> quantise(const std::vector<float>& values, float weight,
                                                   const std::vector<std::uint16_t>& rows, entropy::PlaneSize size,
                                                   int quality16, bool context) const;

  /// Ways to code values under the rows.
  [[nodiscard]] rdo::TrellisSearch search(std::vector<std::uint16_t> rows) const {
    return {trellis_, table_, std::move(rows)};
  }

  /// See ContextModel::odds. Requires: has_context().
  [[nodiscard]] entropy::MagnitudeOdds odds(const std::vector<std::int32_t>& symbols,
                                            const std::vector<std::uint16_t>& rows, entropy::PlaneSize size,
                                            int quality16, bool network) const;

  /// Appends the symbols to a stream. Requires: as many symbols as rows, within +-kMaxSymbol.
  void encode(entropy::RansEncoder& encoder, const std::vector<std::int32_t>& symbols,
              const std::vector<std::uint16_t>& rows, entropy::PlaneSize size, int quality16, bool context) const;

  /// Inverse.
  [[nodiscard]] std::vector<std::int32_t> decode(entropy::RansDecoder& decoder, const std::vector<std::uint16_t>& rows,
                                                 entropy::PlaneSize size, int quality16, bool context) const;

  /// Lets the search for the context model's partners see planes. What was taught before is forgotten.
  void survey(const std::vector<std::int32_t>& symbols, const std::vector<std::uint16_t>& rows,
              entropy::PlaneSize size);
  /// Lets the context model learn; the first call makes one, with the partners that the survey finds.
  void learn(const std::vector<std::int32_t>& symbols, const std::vector<std::uint16_t>& rows, entropy::PlaneSize size,
             int quality16);
  /// Ends learning.
  void relax();
  /// See ContextModel::observe. Requires: has_context().
  [[nodiscard]] std::vector<entropy::ContextObservation> observe(const std::vector<std::int32_t>& symbols,
                                                                 const std::vector<std::uint16_t>& rows,
                                                                 entropy::PlaneSize size, int quality16) const;
  /// See ContextModel::set_network.
  void set_network(entropy::ContextNetwork::Weights weights);
  /// The start that a model file keeps. Requires: has_context().
  [[nodiscard]] const entropy::ContextState& start() const { return context_->start(); }

  [[nodiscard]] bool has_context() const { return context_.has_value(); }
  [[nodiscard]] bool has_trellis() const { return !trellis_.empty(); }

 private:
  entropy::ContextModel& context_to_teach();

  entropy::CdfTable table_;
  entropy::DependentQuantizer trellis_;
  int channels_ = 0;
  std::optional<entropy::ContextModel> context_;
  std::optional<entropy::PartnerSearch> search_;
};

}  // namespace imgcnn::codec
