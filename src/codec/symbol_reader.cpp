// Streams of tiles, and the one tile without a table.

#include "symbol_reader.h"

#include <optional>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/stream_header.h"

namespace imgcnn::codec {

SymbolReader::SymbolReader(const LatentCoder& coder, const CodingPlan& plan,
                           const LatentSections& sections, std::string origin)
    : coder_(coder),
      plan_(plan),
      grid_(plan.grid()),
      complete_(plan.coarse == 0 || !sections.detail.empty()),
      origin_(std::move(origin)) {
  require(!plan.context || coder.latent().context(), ErrorCode::kCorrupt,
          origin_ + ": context-coded, but its model has no context coder");
  if (!plan.tiled()) {
    entropy::RansDecoder decoder(sections.coarse, origin_ + ": coarse");
    read_hyper(decoder);
    Decoded only = decode_tile(decoder, sections.detail, 0);
    if (complete_) check_hash(bitstream::hash_symbols(hyper_, only.symbols), sections.symbols_hash);
    only_ = std::move(only.values);
    return;
  }
  const auto tiles = static_cast<std::size_t>(grid_.count());
  coarse_ = bitstream::parse_streams(sections.coarse, (coder_.has_hyper() ? 1 : 0) + tiles,
                                     origin_ + ": coarse");
  if (plan.coarse > 0 && complete_)
    detail_ = bitstream::parse_streams(sections.detail, tiles, origin_ + ": detail");
  std::vector<std::uint32_t> hashes;
  for (const auto* streams : {&coarse_, &detail_}) {
    for (const auto& stream : *streams) hashes.push_back(stream.symbols_hash);
  }
  if (complete_) check_hash(bitstream::hash_of_hashes(hashes), sections.symbols_hash);
  if (!coder_.has_hyper()) return;
  entropy::RansDecoder decoder(coarse_.front().bytes, origin_ + ": hyper-latent");
  read_hyper(decoder);
  decoder.finish();
  check_hash(bitstream::hash_symbols(hyper_, {}), coarse_.front().symbols_hash);
  coarse_.erase(coarse_.begin());
}

void SymbolReader::read_hyper(entropy::RansDecoder& decoder) {
  if (coder_.has_hyper())
    hyper_ = coder_.hyper().decode(decoder, coder_.hyper_indexes(plan_), plan_);
}

void SymbolReader::check_hash(std::uint32_t found, std::uint32_t expected) const {
  require(found == expected, ErrorCode::kCorrupt,
          origin_ + ": the symbols do not match their hash");
}

SymbolReader::Decoded SymbolReader::decode_tile(entropy::RansDecoder& coarse, ByteSpan detail,
                                                int index) const {
  PlaneIndexes indexes = coder_.latent_indexes(hyper_, plan_, grid_.tile(index));
  const std::size_t all = indexes.cdf_indexes.size();
  const int split = plan_.coarse_of(indexes.channels());
  std::optional<entropy::RansDecoder> rest;
  if (split < indexes.channels()) {
    if (complete_)
      rest.emplace(detail, origin_ + ": detail");
    else
      indexes.cdf_indexes.resize(indexes.positions() * static_cast<std::size_t>(split));
  }
  Decoded decoded;
  decoded.symbols = coder_.latent().decode({coarse, rest ? *rest : coarse, split}, indexes, plan_);
  coarse.finish();
  if (rest) rest->finish();
  decoded.values = coder_.latent().values(decoded.symbols, indexes);
  decoded.values.resize(all);
  return decoded;
}

std::vector<float> SymbolReader::tile(int index) const {
  if (!plan_.tiled()) return only_;
  const auto i = static_cast<std::size_t>(index);
  const bitstream::StreamView& coarse = coarse_.at(i);
  const bitstream::StreamView detail = detail_.empty() ? bitstream::StreamView{} : detail_.at(i);
  entropy::RansDecoder decoder(coarse.bytes, origin_ + ": coarse");
  auto decoded = decode_tile(decoder, detail.bytes, index);
  const auto& symbols = decoded.symbols;
  const std::size_t positions = grid_.tile(index).area();
  const auto border =
      symbols.begin() + static_cast<std::ptrdiff_t>(positions * plan_.coarse_of(static_cast<int>(
                                                                    symbols.size() / positions)));
  check_hash(bitstream::hash_symbols({symbols.begin(), border}, {}), coarse.symbols_hash);
  if (!detail_.empty())
    check_hash(bitstream::hash_symbols({border, symbols.end()}, {}), detail.symbols_hash);
  return std::move(decoded.values);
}

}  // namespace imgcnn::codec
