#pragma once
// The sections of a file back to the symbols of a picture, tile by tile in any order; streams are
// checked against their hashes.

#include <cstdint>
#include <string>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/base/byte_span.h"
#include "imgcnn/bitstream/stream_table.h"
#include "imgcnn/entropy/rans.h"
#include "latent_coder.h"

namespace imgcnn::codec {

/// Sections of a file, and what it says of their symbols.
struct LatentSections {
  ByteSpan coarse;
  /// Empty where the plan has no split, and where it is not wanted.
  ByteSpan detail;
  std::uint32_t symbols_hash = 0;  ///< as StreamHeader; of no use without `detail`
};

/// Of plans with a split, reads channels of 'coarse' alone where there is no 'detail': the others
/// are as if their symbols were zero.
class SymbolReader {
 public:
  /// The coder and what the sections refer to outlive the reader. Decodes the hyper-latent, and all
  /// else where there is one tile. Throws kCorrupt naming `origin`.
  SymbolReader(const LatentCoder& coder, const CodingPlan& plan, const LatentSections& sections,
               std::string origin);

  [[nodiscard]] const std::vector<std::int32_t>& hyper() const { return hyper_; }
  /// What the symbols stand for [M, tile]. Several threads may call at once. Throws kCorrupt.
  [[nodiscard]] std::vector<float> tile(int index) const;

 private:
  struct Decoded {
    std::vector<std::int32_t> symbols;  ///< of the channels that are read
    std::vector<float> values;          ///< of all
  };
  [[nodiscard]] Decoded decode_tile(entropy::RansDecoder& coarse, ByteSpan detail, int index) const;
  void read_hyper(entropy::RansDecoder& decoder);
  void check_hash(std::uint32_t found, std::uint32_t expected) const;

  const LatentCoder& coder_;
  CodingPlan plan_;
  TileGrid grid_;
  bool complete_;  ///< all channels are read
  std::string origin_;
  std::vector<std::int32_t> hyper_;
  std::vector<bitstream::StreamView> coarse_, detail_;  ///< of the tiles; empty where there is one
  /// Values of the one tile of a picture that is not tiled.
  std::vector<float> only_;
};

}  // namespace imgcnn::codec
