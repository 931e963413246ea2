// Static distributions or the context coder.

#include "plane_coder.h"

#include "imgcnn/model/dequantize.h"

namespace imgcnn::codec {

PlaneCoder::PlaneCoder(entropy::CdfTable table, int channels,
                       std::optional<entropy::ContextMlpWeights> context, const std::string& name,
                       entropy::DependentQuantizer quantizer)
    : table_(std::move(table)), quantizer_(std::move(quantizer)) {
  if (context) context_.emplace(table_, quantizer_, channels, std::move(*context), name);
}

void PlaneCoder::encode(const entropy::SplitStreams<entropy::RansEncoder>& streams,
                        const std::vector<std::int32_t>& symbols, const PlaneIndexes& indexes,
                        const CodingPlan& plan) const {
  const entropy::CodingOrder order(indexes.size);
  if (plan.context && context_) {
    context_->encode(streams, symbols.data(), indexes.cdf_indexes.data(), order, plan.quality16);
    return;
  }
  entropy::DqState state(quantizer_);
  order.for_each(symbols.size(), [&](std::size_t i) {
    const std::uint16_t index = indexes.cdf_indexes[i];
    streams.of(static_cast<int>(i / order.positions()))
        .append_symbol(table_, state.coding_index(index), symbols[i]);
    state.advance(index, symbols[i]);
  });
}

std::vector<std::int32_t> PlaneCoder::decode(
    const entropy::SplitStreams<entropy::RansDecoder>& streams, const PlaneIndexes& indexes,
    const CodingPlan& plan) const {
  const entropy::CodingOrder order(indexes.size);
  std::vector<std::int32_t> symbols(indexes.cdf_indexes.size());
  if (plan.context && context_) {
    context_->decode(streams, symbols.data(), indexes.cdf_indexes.data(), order, plan.quality16,
                     indexes.channels());
    return symbols;
  }
  entropy::DqState state(quantizer_);
  order.for_each(symbols.size(), [&](std::size_t i) {
    const std::uint16_t index = indexes.cdf_indexes[i];
    symbols[i] = streams.of(static_cast<int>(i / order.positions()))
                     .take_symbol(table_, state.coding_index(index));
    state.advance(index, symbols[i]);
  });
  return symbols;
}

std::vector<float> PlaneCoder::values(const std::vector<std::int32_t>& symbols,
                                      const PlaneIndexes& indexes) const {
  return model::dequantize(quantizer_, indexes.cdf_indexes, symbols,
                           entropy::CodingOrder(indexes.size));
}

}  // namespace imgcnn::codec
