#pragma once
// The network on CPUs, by kernels of this project: no LibTorch.
//
// How it is built, from below (src/runtime):
//   simd_*.h, kernels_inl.h   the vectors of an instruction set, and the kernels written once for
//   all of them packed_weights.h          matrices in the order in which the micro-kernel reads
//   them, as floats or 16-bit integers layers.h                  convolutions, residual blocks,
//   changes of resolution: tiles filled, rows shared by threads
//   *_transforms.cpp          the architectures: analysis, synthesis, preview, hyper transforms
// An encoder computes in float32. What a decoder computes, synthesis and the mean of the latent, is
// summed in integers: the bits are the same on every processor.

#include <memory>

#include "imgcnn/base/thread_pool.h"
#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/model/config.h"
#include "imgcnn/model/network.h"

namespace imgcnn::runtime {

/// The network of a model file. pool: shares the work of each call; outlives the network. Several
/// threads may call at once. Throws kCorrupt (tensors do not fit the config).
[[nodiscard]] std::unique_ptr<model::Network> make_native_network(const bitstream::TensorFile& file,
                                                                  const model::ModelConfig& config,
                                                                  ThreadPool& pool);

}  // namespace imgcnn::runtime
