#pragma once
// How a picture is coded: all that encoder and decoder have to agree on before the first symbol.

#include <string>

#include "imgcnn/base/checked_math.h"
#include "imgcnn/bitstream/stream_header.h"
#include "imgcnn/entropy/integer_scale_network.h"
#include "imgcnn/model/config.h"
#include "orientation.h"
#include "rect.h"

namespace imgcnn::codec {

/// Size of the latent in positions.
struct LatentSize {
  int height = 0;
  int width = 0;
  [[nodiscard]] int hyper_height() const { return ceil_div(height, entropy::kHyperStride); }
  [[nodiscard]] int hyper_width() const { return ceil_div(width, entropy::kHyperStride); }
};

/// Made once, from a header or by the encoder, and constant from then on.
struct CodingPlan {
  int width = 0;   ///< samples of what is coded
  int height = 0;  ///< samples of what is coded
  Orientation orientation;
  int quality16 = 0;
  bool context = false;  ///< by the model's context coders, where it has them
  int tile = 0;          ///< as StreamHeader
  int coarse = 0;        ///< as StreamHeader

  /// The plan that a file was coded by. Throws kCorrupt naming `origin` when it does not fit the
  /// model.
  static CodingPlan read(const bitstream::StreamHeader& header, const model::ModelConfig& config,
                         const std::string& origin);
  /// The plan of an encoder for a picture of this size that stands upright.
  static CodingPlan make(int width, int height, int quality16, bool context,
                         const model::ModelConfig& config);
  /// Puts it into a header.
  void write(bitstream::StreamHeader& header) const;

  /// The plan for the same picture the other way round.
  [[nodiscard]] CodingPlan oriented(const Orientation& other) const;

  [[nodiscard]] int picture_width() const { return orientation.transposed ? height : width; }
  [[nodiscard]] int picture_height() const { return orientation.transposed ? width : height; }
  [[nodiscard]] LatentSize latent() const {
    constexpr int kStride = model::ModelConfig::kLatentStride;
    return {ceil_div(height, kStride), ceil_div(width, kStride)};
  }
  /// All positions of the latent.
  [[nodiscard]] Rect whole() const { return {0, 0, latent().width, latent().height}; }

  /// How many of so many channels are coded in section 'coarse'.
  [[nodiscard]] int coarse_of(int channels) const { return coarse > 0 ? coarse : channels; }
  /// Whether streams have a table in front; without, there is one tile.
  [[nodiscard]] bool tiled() const { return tile > 0; }
  /// Tiles of the latent.
  [[nodiscard]] TileGrid grid() const;
};

}  // namespace imgcnn::codec
