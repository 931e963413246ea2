// One stream for a small picture, one for each tile of a large one.

#include "symbol_writer.h"

#include <string>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/stream_table.h"
#include "symbol_checksum.h"

namespace imgcnn::codec {
namespace {

/// `comes_back` decodes what was written, and tells whether it is what was to be written.
template <class ComesBack>
void self_check(const std::string& what, const ComesBack& comes_back) {
  bool same = false;
  try {
    same = comes_back();
  } catch (const Error& error) {
    throw Error(ErrorCode::kInternal, std::string("self-check: ") + error.what());
  }
  require(same, ErrorCode::kInternal,
          "self-check: " + what + " does not decode to the symbols encoded");
}

}  // namespace

SymbolWriter::SymbolWriter(const LatentCoder& coder, const CodingPlan& plan,
                           std::vector<std::int32_t> hyper)
    : coder_(coder),
      plan_(plan),
      hyper_(std::move(hyper)),
      tiles_(static_cast<std::size_t>(plan.grid().count())) {
  if (!coder_.has_hyper()) return;
  const PlaneIndexes indexes = coder_.hyper_indexes(plan_);
  coder_.hyper().encode(hyper_steps_, hyper_, indexes, plan_);
  const std::uint32_t checksum = symbol_checksum(hyper_, {});
  hyper_stream_ = entropy::RansEncoder(hyper_steps_).finish(checksum).first;
  if (!plan_.tiled()) return;  // it goes in front of the one tile, and is checked there
  self_check("the hyper-latent", [&] {
    entropy::RansDecoder decoder(hyper_stream_, "hyper-latent");
    const bool same = coder_.hyper().decode(decoder, indexes, plan_) == hyper_;
    decoder.finish(checksum);
    return same;
  });
}

entropy::StreamParts SymbolWriter::encode_tile(const std::vector<std::int32_t>& latent,
                                               const PlaneIndexes& indexes) const {
  const int cut = plan_.coarse_of(indexes.channels());
  entropy::RansEncoder encoder;
  if (!plan_.tiled()) encoder = hyper_steps_;
  coder_.latent().encode({encoder, cut}, latent, indexes, plan_);
  const std::uint32_t checksum =
      plan_.tiled() ? symbol_checksum({}, latent) : symbol_checksum(hyper_, latent);
  entropy::StreamParts stream = encoder.finish(checksum);

  self_check("the latent", [&] {
    entropy::RansDecoder decoder(stream.first, stream.second, "latent");
    const bool same_hyper =
        plan_.tiled() || !coder_.has_hyper() ||
        coder_.hyper().decode(decoder, coder_.hyper_indexes(plan_), plan_) == hyper_;
    const bool same = coder_.latent().decode({decoder, cut}, indexes, plan_) == latent;
    decoder.finish(checksum);
    return same_hyper && same;
  });
  return stream;
}

CodedLatent SymbolWriter::finish() {
  for (const auto& tile : tiles_)
    require(!tile.first.empty(), ErrorCode::kInternal, "a tile is missing");
  CodedLatent coded;
  coded.hyper_bytes = hyper_stream_.size();
  if (!plan_.tiled()) {
    coded.coarse = std::move(tiles_.front().first);
    coded.detail = std::move(tiles_.front().second);
    return coded;
  }
  std::vector<Bytes> coarse, detail;
  if (coder_.has_hyper()) coarse.push_back(std::move(hyper_stream_));
  for (entropy::StreamParts& tile : tiles_) {
    coarse.push_back(std::move(tile.first));
    if (plan_.coarse > 0) detail.push_back(std::move(tile.second));
  }
  coded.coarse = bitstream::serialize_streams(coarse);
  coded.detail = bitstream::serialize_streams(detail);
  return coded;
}

}  // namespace imgcnn::codec
