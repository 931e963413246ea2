// Static distributions or the context coder.

#include "plane_coder.h"

#include <utility>

#include "imgcnn/rdo/scalar_rdoq.h"

namespace imgcnn::codec {

PlaneCoder::PlaneCoder(entropy::CdfTable table, int channels, std::optional<entropy::ContextMlpWeights> context,
                       const std::string& name, entropy::DependentQuantizer quantizer)
    : table_(std::move(table)), quantizer_(std::move(quantizer)) {
  if (context) context_.emplace(table_, quantizer_, channels, std::move(*context), name);
}

std::vector<std::int32_t> PlaneCoder::quantize(const std::vector<float>& values, float weight,
                                               const std::vector<std::uint16_t>& cdf_indexes, entropy::PlaneSize size,
                                               int quality16, bool context) const {
  if (quantizer_.empty()) return rdo::scalar_rdoq(table_, cdf_indexes, values, weight);
  auto trellis = search(cdf_indexes, size);
  auto path = trellis.cheapest_path(values, weight);
  if (!context || !context_) return path;
  trellis.follow(odds(path, cdf_indexes, size, quality16));
  return trellis.cheapest_path(values, weight);
}

void PlaneCoder::encode(entropy::RansEncoder& encoder, const std::vector<std::int32_t>& symbols,
                        const std::vector<std::uint16_t>& cdf_indexes, entropy::PlaneSize size, int quality16,
                        bool context) const {
  const entropy::CodingOrder order(size);
  if (context && context_) {
    context_->encode(encoder, symbols.data(), cdf_indexes.data(), order, quality16);
    return;
  }
  entropy::DqState state(quantizer_);
  order.for_each(symbols.size(), [&](std::size_t i) {
    encoder.append_symbol(table_, state.coding_index(cdf_indexes[i]), symbols[i]);
    state.advance(cdf_indexes[i], symbols[i]);
  });
}

std::vector<std::int32_t> PlaneCoder::decode(entropy::RansDecoder& decoder,
                                             const std::vector<std::uint16_t>& cdf_indexes, entropy::PlaneSize size,
                                             int quality16, bool context) const {
  const entropy::CodingOrder order(size);
  std::vector<std::int32_t> symbols(cdf_indexes.size());
  if (context && context_) {
    context_->decode(decoder, symbols.data(), cdf_indexes.data(), order, quality16);
    return symbols;
  }
  entropy::DqState state(quantizer_);
  order.for_each(symbols.size(), [&](std::size_t i) {
    symbols[i] = decoder.take_symbol(table_, state.coding_index(cdf_indexes[i]));
    state.advance(cdf_indexes[i], symbols[i]);
  });
  return symbols;
}

}  // namespace imgcnn::codec
