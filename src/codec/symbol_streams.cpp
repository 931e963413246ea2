// One stream for a small picture, many for a large one.

#include "symbol_streams.h"

#include <algorithm>
#include <utility>

#include "imgcnn/base/error.h"
#include "transform_coding.h"

namespace imgcnn::codec {
namespace {

LatentSize size_of(const bitstream::StreamHeader& header) {
  return latent_size(static_cast<int>(header.coded_width()), static_cast<int>(header.coded_height()));
}

}  // namespace

TileGrid tiles_of(const bitstream::StreamHeader& header) {
  const LatentSize size = size_of(header);
  return {size.width, size.height, header.tiled ? bitstream::kTileSide : std::max(size.width, size.height)};
}

SymbolWriter::SymbolWriter(const LatentCoder& coder, const bitstream::StreamHeader& header,
                           std::vector<std::int32_t> hyper)
    : coder_(coder),
      size_(size_of(header)),
      grid_(tiles_of(header)),
      tiled_(header.tiled),
      context_(header.context_coded),
      quality16_(header.quality16),
      hyper_(std::move(hyper)),
      first_(tiled_ && coder.has_hyper() ? 1 : 0),
      streams_(first_ + static_cast<std::size_t>(grid_.count())) {
  if (!coder_.has_hyper()) return;
  entropy::RansEncoder encoder;
  coder_.encode_hyper(encoder, hyper_, size_, quality16_, context_);
  bitstream::Stream stream{encoder.finish(), bitstream::hash_symbols(hyper_, {})};
  hyper_bytes_ = stream.bytes.size();
  if (!tiled_) return;  // it goes in front of the one tile, and is checked there
  entropy::RansDecoder decoder(stream.bytes, "self-check");
  check_hyper(decoder);
  decoder.finish();
  streams_.front() = std::move(stream);
}

void SymbolWriter::check_hyper(entropy::RansDecoder& decoder) const {
  require(coder_.decode_hyper(decoder, size_, quality16_, context_) == hyper_, ErrorCode::kInternal,
          "self-check: the hyper-latent does not decode to the symbols encoded");
}

bitstream::Stream SymbolWriter::encode_tile(int index, const std::vector<std::int32_t>& latent,
                                            const std::vector<std::uint16_t>& rows) const {
  const Window tile = grid_.tile(index);
  const bool with_hyper = !tiled_ && coder_.has_hyper();
  entropy::RansEncoder encoder;
  if (with_hyper) coder_.encode_hyper(encoder, hyper_, size_, quality16_, context_);
  coder_.encode(encoder, latent, rows, tile, quality16_, context_);
  bitstream::Stream stream{encoder.finish(),
                           bitstream::hash_symbols(with_hyper ? hyper_ : std::vector<std::int32_t>{}, latent)};

  entropy::RansDecoder decoder(stream.bytes, "self-check");
  if (with_hyper) check_hyper(decoder);
  require(coder_.decode(decoder, rows, tile, quality16_, context_) == latent, ErrorCode::kInternal,
          "self-check: the stream does not decode to the symbols encoded");
  decoder.finish();
  return stream;
}

Bytes SymbolWriter::finish(bitstream::StreamHeader& header) {
  for (const auto& stream : streams_) require(!stream.bytes.empty(), ErrorCode::kInternal, "a tile is missing");
  if (!tiled_) {
    header.symbols_hash = streams_.front().symbols_hash;
    return std::move(streams_.front().bytes);
  }
  std::vector<std::uint32_t> hashes;
  for (const auto& stream : streams_) hashes.push_back(stream.symbols_hash);
  header.symbols_hash = bitstream::hash_of_hashes(hashes);
  return bitstream::serialize_streams(streams_);
}

SymbolReader::SymbolReader(const LatentCoder& coder, const bitstream::StreamHeader& header, ByteSpan section,
                           std::string origin)
    : coder_(coder), header_(header), size_(size_of(header)), grid_(tiles_of(header)), origin_(std::move(origin)) {
  require(!header.context_coded || coder.has_context(), ErrorCode::kCorrupt,
          origin_ + ": context-coded, but its model has no context coder");
  const auto read_hyper = [&](entropy::RansDecoder& decoder) {
    if (coder_.has_hyper()) hyper_ = coder_.decode_hyper(decoder, size_, header_.quality16, header_.context_coded);
  };
  if (!header.tiled) {
    entropy::RansDecoder decoder(section, origin_ + ": latent");
    read_hyper(decoder);
    Decoded only = decode_tile(decoder, 0);
    check_hash(bitstream::hash_symbols(hyper_, only.symbols), header_.symbols_hash);
    only_ = std::move(only.values);
    return;
  }
  const std::size_t first = coder_.has_hyper() ? 1 : 0;
  streams_ = bitstream::parse_streams(section, first + static_cast<std::size_t>(grid_.count()), origin_);
  std::vector<std::uint32_t> hashes;
  for (const auto& stream : streams_) hashes.push_back(stream.symbols_hash);
  check_hash(bitstream::hash_of_hashes(hashes), header_.symbols_hash);
  if (first == 1) {
    entropy::RansDecoder decoder(streams_.front().bytes, origin_ + ": hyper-latent");
    read_hyper(decoder);
    decoder.finish();
    check_hash(bitstream::hash_symbols(hyper_, {}), streams_.front().symbols_hash);
    streams_.erase(streams_.begin());
  }
}

void SymbolReader::check_hash(std::uint32_t found, std::uint32_t expected) const {
  require(found == expected, ErrorCode::kCorrupt, origin_ + ": the symbols do not match their hash");
}

SymbolReader::Decoded SymbolReader::decode_tile(entropy::RansDecoder& decoder, int index) const {
  const Window tile = grid_.tile(index);
  const auto rows = coder_.latent_rows(hyper_, size_, tile, header_.quality16);
  auto symbols = coder_.decode(decoder, rows, tile, header_.quality16, header_.context_coded);
  decoder.finish();
  auto values = coder_.values(symbols, rows, tile);
  return {std::move(symbols), std::move(values)};
}

std::vector<float> SymbolReader::tile(int index) const {
  if (!header_.tiled) return only_;
  const auto& stream = streams_.at(static_cast<std::size_t>(index));
  entropy::RansDecoder decoder(stream.bytes, origin_ + ": latent");
  auto decoded = decode_tile(decoder, index);
  check_hash(bitstream::hash_symbols({}, decoded.symbols), stream.symbols_hash);
  return std::move(decoded.values);
}

}  // namespace imgcnn::codec
