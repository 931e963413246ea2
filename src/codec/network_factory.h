#pragma once
// Which runtime computes a network.

#include <memory>

#include "imgcnn/base/thread_pool.h"
#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/model/config.h"
#include "imgcnn/model/network.h"

namespace imgcnn::codec {

/// The network of a model file in the runtime and on the device that the options ask for. pool:
/// shares the native runtime's work; outlives the network. Throws kInvalidArgument (devices that
/// are none, the native runtime on a GPU), kDevice, kCorrupt.
[[nodiscard]] std::unique_ptr<model::Network> make_network(const bitstream::TensorFile& file,
                                                           const model::ModelConfig& config,
                                                           const CodecOptions& options,
                                                           ThreadPool& pool);

}  // namespace imgcnn::codec
