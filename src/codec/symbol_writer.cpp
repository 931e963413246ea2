// One or two streams for a small picture, one or two for each tile of a large one.

#include "symbol_writer.h"

#include <optional>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/stream_header.h"

namespace imgcnn::codec {

SymbolWriter::SymbolWriter(const LatentCoder& coder, const CodingPlan& plan,
                           std::vector<std::int32_t> hyper)
    : coder_(coder),
      plan_(plan),
      hyper_(std::move(hyper)),
      tiles_(static_cast<std::size_t>(plan.grid().count())) {
  if (!coder_.has_hyper()) return;
  const PlaneIndexes indexes = coder_.hyper_indexes(plan_);
  coder_.hyper().encode(hyper_steps_, hyper_, indexes, plan_);
  hyper_stream_ = {entropy::RansEncoder(hyper_steps_).finish(),
                   bitstream::hash_symbols(hyper_, {})};
  if (!plan_.tiled()) return;  // it goes in front of the one tile, and is checked there
  entropy::RansDecoder decoder(hyper_stream_.bytes, "self-check");
  require(coder_.hyper().decode(decoder, indexes, plan_) == hyper_, ErrorCode::kInternal,
          "self-check: the hyper-latent does not decode to the symbols encoded");
  decoder.finish();
}

TileStreams SymbolWriter::encode_tile(const std::vector<std::int32_t>& latent,
                                      const PlaneIndexes& indexes) const {
  const int split = plan_.coarse_of(indexes.channels());
  const bool has_detail = split < indexes.channels();
  entropy::RansEncoder first, second;
  if (!plan_.tiled()) first = hyper_steps_;
  coder_.latent().encode({first, second, split}, latent, indexes, plan_);
  TileStreams streams;
  streams.coarse.bytes = first.finish();
  if (has_detail) streams.detail.bytes = second.finish();

  entropy::RansDecoder coarse(streams.coarse.bytes, "self-check");
  std::optional<entropy::RansDecoder> detail;
  if (has_detail) detail.emplace(streams.detail.bytes, "self-check");
  const bool same_hyper =
      plan_.tiled() || !coder_.has_hyper() ||
      coder_.hyper().decode(coarse, coder_.hyper_indexes(plan_), plan_) == hyper_;
  const bool same = same_hyper && coder_.latent().decode({coarse, detail ? *detail : coarse, split},
                                                         indexes, plan_) == latent;
  require(same, ErrorCode::kInternal,
          "self-check: the streams do not decode to the symbols encoded");
  coarse.finish();
  if (detail) detail->finish();

  if (!plan_.tiled()) {
    streams.coarse.symbols_hash = bitstream::hash_symbols(hyper_, latent);
  } else {
    const auto border = latent.begin() + static_cast<std::ptrdiff_t>(indexes.positions()) * split;
    streams.coarse.symbols_hash = bitstream::hash_symbols({latent.begin(), border}, {});
    streams.detail.symbols_hash = bitstream::hash_symbols({border, latent.end()}, {});
  }
  return streams;
}

CodedLatent SymbolWriter::finish() {
  for (const auto& tile : tiles_)
    require(!tile.coarse.bytes.empty(), ErrorCode::kInternal, "a tile is missing");
  CodedLatent coded;
  coded.hyper_bytes = hyper_stream_.bytes.size();
  if (!plan_.tiled()) {
    TileStreams& only = tiles_.front();
    coded.symbols_hash = only.coarse.symbols_hash;
    coded.coarse = std::move(only.coarse.bytes);
    coded.detail = std::move(only.detail.bytes);
    return coded;
  }
  std::vector<bitstream::Stream> coarse, detail;
  if (coder_.has_hyper()) coarse.push_back(std::move(hyper_stream_));
  for (TileStreams& tile : tiles_) {
    coarse.push_back(std::move(tile.coarse));
    if (plan_.coarse > 0) detail.push_back(std::move(tile.detail));
  }
  std::vector<std::uint32_t> hashes;
  for (const auto* streams : {&coarse, &detail}) {
    for (const auto& stream : *streams) hashes.push_back(stream.symbols_hash);
  }
  coded.symbols_hash = bitstream::hash_of_hashes(hashes);
  coded.coarse = bitstream::serialize_streams(coarse);
  coded.detail = bitstream::serialize_streams(detail);
  return coded;
}

}  // namespace imgcnn::codec
