#pragma once
// The latent section of a file: symbols of a picture in one stream, or, when it is larger than a tile, the hyper-latent
// in one and each tile of the latent in one of its own.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/bitstream/stream_header.h"
#include "imgcnn/bitstream/stream_table.h"
#include "imgcnn/entropy/rans.h"
#include "latent_coder.h"
#include "window.h"

namespace imgcnn::codec {

/// The tiles that a header says.
[[nodiscard]] TileGrid tiles_of(const bitstream::StreamHeader& header);

/// Writes symbols, and checks that they come back: a file that would not is never written.
class SymbolWriter {
 public:
  /// Of header: size, tiled, context_coded, quality16. `hyper`: symbols of the whole picture.
  SymbolWriter(const LatentCoder& coder, const bitstream::StreamHeader& header, std::vector<std::int32_t> hyper);

  /// The stream of a tile, [M, tile], under its rows. Several threads may call at once. Throws kInternal when it does
  /// not come back.
  [[nodiscard]] bitstream::Stream encode_tile(int index, const std::vector<std::int32_t>& latent,
                                              const std::vector<std::uint16_t>& rows) const;
  /// Takes the stream of a tile.
  void add(int index, bitstream::Stream stream) {
    streams_[first_ + static_cast<std::size_t>(index)] = std::move(stream);
  }

  /// All tiles are there. Sets header.symbols_hash and returns the section.
  [[nodiscard]] Bytes finish(bitstream::StreamHeader& header);

  [[nodiscard]] const std::vector<std::int32_t>& hyper() const { return hyper_; }
  /// Size of the hyper-latent's stream, had it one of its own.
  [[nodiscard]] std::size_t hyper_bytes() const { return hyper_bytes_; }

 private:
  void check_hyper(entropy::RansDecoder& decoder) const;

  const LatentCoder& coder_;
  LatentSize size_;
  TileGrid grid_;
  bool tiled_, context_;
  int quality16_;
  std::vector<std::int32_t> hyper_;
  std::size_t hyper_bytes_ = 0;
  std::size_t first_ = 0;  ///< of the tiles among the streams
  std::vector<bitstream::Stream> streams_;
};

/// Reads them back, tile by tile in any order; each is checked against its hash.
class SymbolReader {
 public:
  /// `section` outlives the reader. Decodes the hyper-latent. Throws kCorrupt naming `origin`.
  SymbolReader(const LatentCoder& coder, const bitstream::StreamHeader& header, ByteSpan section, std::string origin);

  [[nodiscard]] const TileGrid& grid() const { return grid_; }
  [[nodiscard]] const std::vector<std::int32_t>& hyper() const { return hyper_; }
  /// What the symbols stand for [M, tile]. Several threads may call at once. Throws kCorrupt.
  [[nodiscard]] std::vector<float> tile(int index) const;

 private:
  struct Decoded {
    std::vector<std::int32_t> symbols;
    std::vector<float> values;
  };
  [[nodiscard]] Decoded decode_tile(entropy::RansDecoder& decoder, int index) const;
  void check_hash(std::uint32_t found, std::uint32_t expected) const;

  const LatentCoder& coder_;
  bitstream::StreamHeader header_;
  LatentSize size_;
  TileGrid grid_;
  std::string origin_;
  std::vector<std::int32_t> hyper_;
  std::vector<bitstream::StreamView> streams_;  ///< of the tiles; empty without tiles
  std::vector<float> only_;                     ///< values of the one tile of a picture that is not tiled
};

}  // namespace imgcnn::codec
