#pragma once
// The encoder's way from values to symbols under given indexes.

#include <cstdint>
#include <vector>

#include "imgcnn/rdo/context_odds.h"
#include "imgcnn/rdo/trellis_search.h"
#include "plane_coder.h"

namespace imgcnn::codec {

/// Symbols of least bits + weight * squared error. Context coding of the plan counts where
/// `follow_context` says so.
[[nodiscard]] std::vector<std::int32_t> quantize(const PlaneCoder& coder,
                                                 const std::vector<float>& values, float weight,
                                                 const PlaneIndexes& indexes,
                                                 const CodingPlan& plan, bool follow_context);

/// Symbols of a hyper-latent: the nearest, but where a neighbour costs much less.
[[nodiscard]] std::vector<std::int32_t> quantize_hyper(const PlaneCoder& coder,
                                                       const std::vector<float>& values,
                                                       const PlaneIndexes& indexes,
                                                       const CodingPlan& plan);

/// A search for the symbols of values under these indexes.
[[nodiscard]] rdo::TrellisSearch search(const PlaneCoder& coder, const PlaneIndexes& indexes);

/// How likely the context coder makes larger magnitudes than those of the symbols
/// (rdo::context_odds). Requires: there is a context coder.
[[nodiscard]] std::vector<rdo::OddsShift> odds(const PlaneCoder& coder,
                                               const std::vector<std::int32_t>& symbols,
                                               const PlaneIndexes& indexes, const CodingPlan& plan);

}  // namespace imgcnn::codec
