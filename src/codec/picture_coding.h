#pragma once
// A picture to its latent section and back, tile by tile: memory beyond the picture itself is that of a few tiles.

#include <cstddef>
#include <functional>
#include <string>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/base/thread_pool.h"
#include "imgcnn/bitstream/stream_header.h"
#include "imgcnn/model/network.h"
#include "latent_coder.h"
#include "symbol_choice.h"
#include "transform_coding.h"
#include "window.h"

namespace imgcnn::codec {

/// The parts of a loaded model.
struct ModelParts {
  model::Network& network;
  const model::ModelConfig& config;
  const LatentCoder& coder;
  ThreadPool& pool;  ///< shares the tiles of large pictures
};

/// What a file says about a picture before it is coded: its size, its samples and the quality, 0 to 100.
[[nodiscard]] bitstream::StreamHeader header_of(const image::Image& picture, double quality);

struct EncodedPicture {
  Bytes section;
  std::size_t hyper_bytes = 0;
  double cost = 0.0;  ///< bits of the streams + lambda * 255^2 * squared error / 3; known where the plan measures it
};

/// Sets tiled, context_coded and symbols_hash of a header whose size, turn and quality are set. progress: as
/// AnnealOptions; one call at a time, on any thread.
[[nodiscard]] EncodedPicture encode_picture(const ModelParts& model, const Pixels& picture,
                                            bitstream::StreamHeader& header, const EffortPlan& plan,
                                            const std::function<void(double)>& progress);

/// Sets the turn of a header to the one of least cost at the default effort. Returns the cost without a turn.
[[nodiscard]] double choose_turn(const ModelParts& model, const Pixels& picture, bitstream::StreamHeader& header);

/// Samples of a part of the picture, as they come out of the network.
using Show = std::function<void(image::FloatImage rgb, const Window& where)>;

/// Decodes what `region` of the picture (in samples) needs and shows it in parts that do not overlap, or, as a preview,
/// the whole at 1/8 of the resolution. Throws kCorrupt naming `origin`.
void decode_picture(const ModelParts& model, const bitstream::StreamHeader& header, ByteSpan section,
                    const Window& region, bool preview, const std::string& origin, const Show& show);

}  // namespace imgcnn::codec
