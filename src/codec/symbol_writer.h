#pragma once
// Symbols of a picture to the sections of a file.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/base/byte_span.h"
#include "imgcnn/entropy/rans.h"
#include "latent_coder.h"

namespace imgcnn::codec {

/// What a file holds of a picture's latent.
struct CodedLatent {
  Bytes coarse;                 ///< section
  Bytes detail;                 ///< section; of no account where the plan has no cut
  std::size_t hyper_bytes = 0;  ///< of the hyper-latent's stream, had it one of its own
  /// [positions of the latent] bits, where the effort tells them.
  std::vector<float> position_bits;
  /// Bits of the streams + lambda * 255^2 * squared error / 3; known where the effort measures it.
  double cost = 0.0;
};

/// Writes symbols, and checks that they come back: a file that would not is never written.
class SymbolWriter {
 public:
  /// `hyper`: symbols of the whole picture. The coder outlives the writer. Throws kInternal when
  /// they do not come back.
  SymbolWriter(const LatentCoder& coder, const CodingPlan& plan, std::vector<std::int32_t> hyper);

  /// The stream of a tile, [M, tile], as it is cut among the sections. Where the picture is not
  /// tiled, the hyper-latent is in front. Several threads may call at once. Throws kInternal when
  /// it does not come back.
  [[nodiscard]] entropy::StreamParts encode_tile(const std::vector<std::int32_t>& latent,
                                                 const PlaneIndexes& indexes) const;
  /// Takes the stream of a tile.
  void add(int index, entropy::StreamParts stream) {
    tiles_[static_cast<std::size_t>(index)] = std::move(stream);
  }
  /// All tiles are there: everything but the cost.
  [[nodiscard]] CodedLatent finish();

  [[nodiscard]] const std::vector<std::int32_t>& hyper() const { return hyper_; }

 private:
  const LatentCoder& coder_;
  CodingPlan plan_;
  std::vector<std::int32_t> hyper_;
  entropy::RansEncoder hyper_steps_;  ///< of hyper_stream_, to go in front of a tile's
  Bytes hyper_stream_;
  std::vector<entropy::StreamParts> tiles_;
};

}  // namespace imgcnn::codec
