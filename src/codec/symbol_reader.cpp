// Streams of tiles, and the one tile without a table.

#include "symbol_reader.h"

#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/stream_table.h"
#include "symbol_checksum.h"

namespace imgcnn::codec {

SymbolReader::SymbolReader(const LatentCoder& coder, const CodingPlan& plan,
                           const LatentSections& sections, std::string origin)
    : coder_(coder),
      plan_(plan),
      grid_(plan.grid()),
      complete_(plan.coarse == 0 || sections.detail),
      origin_(std::move(origin)) {
  require(!plan.context || coder.latent().context(), ErrorCode::kCorrupt,
          origin_ + ": context-coded, but its model has no context coder");
  const bool has_detail = plan.coarse > 0 && complete_;
  if (!plan.tiled()) {
    entropy::RansDecoder decoder(sections.coarse, has_detail ? *sections.detail : ByteSpan(),
                                 origin_ + ": latent");
    read_hyper(decoder);
    only_ = decode_tile(decoder, 0);
    return;
  }
  const auto tiles = static_cast<std::size_t>(grid_.count());
  coarse_ = bitstream::parse_streams(sections.coarse, (coder_.has_hyper() ? 1 : 0) + tiles,
                                     origin_ + ": coarse");
  if (has_detail) detail_ = bitstream::parse_streams(*sections.detail, tiles, origin_ + ": detail");
  if (!coder_.has_hyper()) return;
  entropy::RansDecoder decoder(coarse_.front(), origin_ + ": hyper-latent");
  read_hyper(decoder);
  decoder.finish(symbol_checksum(hyper_, {}));
  coarse_.erase(coarse_.begin());
}

void SymbolReader::read_hyper(entropy::RansDecoder& decoder) {
  if (coder_.has_hyper())
    hyper_ = coder_.hyper().decode(decoder, coder_.hyper_indexes(plan_), plan_);
}

std::vector<float> SymbolReader::decode_tile(entropy::RansDecoder& decoder, int index) const {
  PlaneIndexes indexes = coder_.latent_indexes(hyper_, plan_, grid_.tile(index));
  const std::size_t all = indexes.cdf_indexes.size();
  const int cut = plan_.coarse_of(indexes.channels());
  if (!complete_) indexes.cdf_indexes.resize(indexes.positions() * static_cast<std::size_t>(cut));
  const auto symbols = coder_.latent().decode({decoder, cut}, indexes, plan_);
  // What a stream ends with is known to those who read to its end.
  if (complete_) {
    decoder.finish(plan_.tiled() ? symbol_checksum({}, symbols) : symbol_checksum(hyper_, symbols));
  }
  auto values = coder_.latent().values(symbols, indexes);
  values.resize(all);
  return values;
}

std::vector<float> SymbolReader::tile(int index) const {
  if (!plan_.tiled()) return only_;
  const auto i = static_cast<std::size_t>(index);
  entropy::RansDecoder decoder(coarse_.at(i), detail_.empty() ? ByteSpan() : detail_.at(i),
                               origin_ + ": latent");
  return decode_tile(decoder, index);
}

}  // namespace imgcnn::codec
