#pragma once
// A smaller network as the start of a larger one that computes the same function.

#include <string>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/nn/compression_model.h"

namespace imgcnn::nn {

/// Throws kInvalidArgument, one line with `origin` and the first key that forbids it, unless a
/// network of `to` can start as one of `from`: both "fast"; `widths`, `analysis_widths`,
/// `hyper_width`, `analysis_blocks` and `synthesis_blocks` no smaller in `to`; channels of the
/// latents, knots, scale head and scales equal. Training defaults, lambdas and feature bounds may
/// differ; the function is kept where features stay within the bounds of both.
void require_growable(const model::ModelConfig& from, const model::ModelConfig& to,
                      const std::string& origin);

/// Reads "<prefix>*" of `file`, a shipping model or a checkpoint of the same or a smaller network,
/// into `model`, whose weights are fresh. Shapes that agree are loaded as by `load_weights`.
/// Otherwise `model` grows: it computes what the smaller one does, up to the order of sums, and
/// what is new can learn. Where the presets' lambdas differ, the knots of the rate vectors move
/// with them: equal lambdas mean equal networks, whatever their qualities. Returns whether it grew.
/// Throws kInvalidArgument (`require_growable`), kCorrupt.
bool load_or_grow_weights(const bitstream::TensorFile& file, const std::string& prefix,
                          const std::string& origin, CompressionModel& model);

}  // namespace imgcnn::nn
