#pragma once
// The sections of a file back to the symbols of a picture, tile by tile in any order; whole streams
// are checked against the checksums of their symbols.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/base/byte_span.h"
#include "imgcnn/entropy/rans.h"
#include "latent_coder.h"

namespace imgcnn::codec {

/// Sections of a file that hold its symbols.
struct LatentSections {
  ByteSpan coarse;
  /// Nothing where it is not wanted; of no account where the plan has no cut.
  std::optional<ByteSpan> detail;
};

/// Of plans with a cut, reads channels of 'coarse' alone where there is no 'detail': the others are
/// as if their symbols were zero, and nothing tells whether those that are read are the right ones.
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
  /// Values of a tile, whose symbols come next in its stream and are the last ones there.
  [[nodiscard]] std::vector<float> decode_tile(entropy::RansDecoder& decoder, int index) const;
  void read_hyper(entropy::RansDecoder& decoder);

  const LatentCoder& coder_;
  CodingPlan plan_;
  TileGrid grid_;
  bool complete_;  ///< all channels are read
  std::string origin_;
  std::vector<std::int32_t> hyper_;
  /// Parts of the tiles' streams; empty where they are not tiled, or there is no such section.
  std::vector<ByteSpan> coarse_, detail_;
  /// Values of the one tile of a picture that is not tiled.
  std::vector<float> only_;
};

}  // namespace imgcnn::codec
