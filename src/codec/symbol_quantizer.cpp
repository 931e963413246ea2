// Rate-distortion optimized quantization, alone or along a trellis.

#include "symbol_quantizer.h"

#include "imgcnn/rdo/scalar_rdoq.h"

namespace imgcnn::codec {
namespace {

/// Bits that an error of one in a hyper-latent symbol counts for. High: what a symbol means for the
/// indexes and the mean is not weighed, so only escapes and the like are worth avoiding. A channel
/// that training let fall silent has one value for all pictures; where it lies half-way between two
/// symbols, its table may give all to the other one.
constexpr float kHyperWeight = 20;

}  // namespace

std::vector<std::int32_t> quantize(const PlaneCoder& coder, const std::vector<float>& values,
                                   float weight, const PlaneIndexes& indexes,
                                   const CodingPlan& plan, bool follow_context) {
  if (coder.quantizer().empty())
    return rdo::scalar_rdoq(coder.table(), indexes.cdf_indexes, values, weight);
  auto trellis = search(coder, indexes);
  auto path = trellis.cheapest_path(values, weight);
  if (!follow_context || !plan.context || !coder.context()) return path;
  trellis.follow(odds(coder, path, indexes, plan));
  path = {};
  return trellis.cheapest_path(values, weight);
}

std::vector<std::int32_t> quantize_hyper(const PlaneCoder& coder, const std::vector<float>& values,
                                         const PlaneIndexes& indexes, const CodingPlan& plan) {
  return quantize(coder, values, kHyperWeight, indexes, plan, false);
}

rdo::TrellisSearch search(const PlaneCoder& coder, const PlaneIndexes& indexes) {
  return {coder.quantizer(), coder.table(), indexes.cdf_indexes,
          entropy::CodingOrder(indexes.size)};
}

std::vector<rdo::OddsShift> odds(const PlaneCoder& coder, const std::vector<std::int32_t>& symbols,
                                 const PlaneIndexes& indexes, const CodingPlan& plan) {
  return rdo::context_odds(*coder.context(), symbols, indexes.cdf_indexes,
                           entropy::CodingOrder(indexes.size), plan.quality16);
}

}  // namespace imgcnn::codec
