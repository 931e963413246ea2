// Static rows or the context model.

#include "plane_coder.h"

#include <utility>

#include "imgcnn/rdo/scalar_rdoq.h"

namespace imgcnn::codec {

PlaneCoder::PlaneCoder(entropy::CdfTable table, int channels, std::optional<entropy::ContextState> start,
                       const std::string& name, entropy::DependentQuantizer trellis)
    : table_(std::move(table)), trellis_(trellis), channels_(channels) {
  if (start) context_.emplace(table_, channels_, std::move(*start), name, trellis_);
}

std::vector<std::int32_t> PlaneCoder::quantise(const std::vector<float>& values, float weight,
                                               const std::vector<std::uint16_t>& rows, entropy::PlaneSize size,
                                               int quality16, bool context) const {
  if (has_trellis()) {
    auto ways = search(rows);
    auto path = ways.cheapest_path(values, weight);
    if (!context || !context_) return path;
    // The network would take a quarter of the default effort's time for 0.05 % of BD-rate.
    ways.follow(path, odds(path, rows, size, quality16, false));
    return ways.cheapest_path(values, weight);
  }
  if (!context || !context_) return rdo::scalar_rdoq(table_, rows, values, weight);
  std::vector<std::int32_t> symbols(values.size());
  context_->quantise(values.data(), weight, symbols.data(), rows.data(), size, quality16);
  return symbols;
}

entropy::MagnitudeOdds PlaneCoder::odds(const std::vector<std::int32_t>& symbols,
                                        const std::vector<std::uint16_t>& rows, entropy::PlaneSize size, int quality16,
                                        bool network) const {
  return context_->odds(symbols.data(), rows.data(), size, quality16, network);
}

void PlaneCoder::encode(entropy::RansEncoder& encoder, const std::vector<std::int32_t>& symbols,
                        const std::vector<std::uint16_t>& rows, entropy::PlaneSize size, int quality16,
                        bool context) const {
  if (context && context_) {
    context_->encode(encoder, symbols.data(), rows.data(), size, quality16);
  } else {
    encoder.append(table_, entropy::coding_indexes(trellis_, rows, symbols).data(), symbols.data(), symbols.size());
  }
}

std::vector<std::int32_t> PlaneCoder::decode(entropy::RansDecoder& decoder, const std::vector<std::uint16_t>& rows,
                                             entropy::PlaneSize size, int quality16, bool context) const {
  std::vector<std::int32_t> symbols(rows.size());
  if (context && context_) {
    context_->decode(decoder, symbols.data(), rows.data(), size, quality16);
  } else if (!has_trellis()) {
    decoder.decode(table_, rows.data(), symbols.data(), symbols.size());
  } else {
    entropy::DqState walk(trellis_);
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      symbols[i] = decoder.take_symbol(table_, walk.coding_index(rows[i]));
      walk.advance(rows[i], symbols[i]);
    }
  }
  return symbols;
}

entropy::ContextModel& PlaneCoder::context_to_teach() {
  if (!context_)
    context_.emplace(table_, channels_, search_ ? search_->choose() : entropy::plain_partners(channels_), trellis_);
  search_.reset();
  return *context_;
}

void PlaneCoder::survey(const std::vector<std::int32_t>& symbols, const std::vector<std::uint16_t>& rows,
                        entropy::PlaneSize size) {
  context_.reset();
  if (!search_) search_.emplace(table_, channels_, trellis_);
  search_->add(symbols.data(), rows.data(), size);
}

void PlaneCoder::learn(const std::vector<std::int32_t>& symbols, const std::vector<std::uint16_t>& rows,
                       entropy::PlaneSize size, int quality16) {
  context_to_teach().learn(symbols.data(), rows.data(), size, quality16);
}

void PlaneCoder::relax() { context_to_teach().relax(); }

std::vector<entropy::ContextObservation> PlaneCoder::observe(const std::vector<std::int32_t>& symbols,
                                                             const std::vector<std::uint16_t>& rows,
                                                             entropy::PlaneSize size, int quality16) const {
  return context_->observe(symbols.data(), rows.data(), size, quality16);
}

void PlaneCoder::set_network(entropy::ContextNetwork::Weights weights) {
  context_to_teach().set_network(std::move(weights));
}

}  // namespace imgcnn::codec
