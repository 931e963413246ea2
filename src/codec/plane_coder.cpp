// Static distributions or the context coder.

#include "plane_coder.h"

#include "imgcnn/model/dequantize.h"

namespace imgcnn::codec {
namespace {

/// Calls use(i) for each of the indexes in coding order, the stream cut where it should be.
template <class Coder, class Use>
void for_each_symbol(const entropy::CutStream<Coder>& stream, const PlaneIndexes& indexes,
                     const entropy::CodingOrder& order, const Use& use) {
  const int channels = indexes.channels();
  for (int c = 0; c < channels; ++c) {
    stream.reach(c);
    const std::size_t plane = static_cast<std::size_t>(c) * order.positions();
    order.for_each(order.positions(), [&](std::size_t at) { use(plane + at); });
  }
  stream.reach(channels);
}

}  // namespace

PlaneCoder::PlaneCoder(entropy::CdfTable table, int channels,
                       std::optional<entropy::ContextMlpWeights> context, const std::string& name,
                       entropy::DependentQuantizer quantizer)
    : table_(std::move(table)), quantizer_(std::move(quantizer)) {
  if (context) context_.emplace(table_, quantizer_, channels, std::move(*context), name);
}

void PlaneCoder::encode(const entropy::CutStream<entropy::RansEncoder>& stream,
                        const std::vector<std::int32_t>& symbols, const PlaneIndexes& indexes,
                        const CodingPlan& plan) const {
  const entropy::CodingOrder order(indexes.size);
  if (plan.context && context_) {
    context_->encode(stream, symbols.data(), indexes.cdf_indexes.data(), order, plan.quality16);
    return;
  }
  entropy::DqState state(quantizer_);
  for_each_symbol(stream, indexes, order, [&](std::size_t i) {
    const std::uint16_t index = indexes.cdf_indexes[i];
    stream.coder().append_symbol(table_, state.coding_index(index), symbols[i]);
    state.advance(index, symbols[i]);
  });
}

std::vector<std::int32_t> PlaneCoder::decode(const entropy::CutStream<entropy::RansDecoder>& stream,
                                             const PlaneIndexes& indexes,
                                             const CodingPlan& plan) const {
  const entropy::CodingOrder order(indexes.size);
  std::vector<std::int32_t> symbols(indexes.cdf_indexes.size());
  if (plan.context && context_) {
    context_->decode(stream, symbols.data(), indexes.cdf_indexes.data(), order, plan.quality16,
                     indexes.channels());
    return symbols;
  }
  entropy::DqState state(quantizer_);
  for_each_symbol(stream, indexes, order, [&](std::size_t i) {
    const std::uint16_t index = indexes.cdf_indexes[i];
    symbols[i] = stream.coder().take_symbol(table_, state.coding_index(index));
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
