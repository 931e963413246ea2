#pragma once
// The module that holds LibTorch, libimgcnn_torch.so: loaded when something asks for it, and not
// before.

#include <memory>
#include <string>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/model/config.h"
#include "imgcnn/model/network.h"

namespace imgcnn::codec {

/// Type and name of the module's maker of networks: nn::make_torch_network, whose result the caller
/// owns; null when the module was built from another version of the program.
using TorchNetworkMaker = model::Network* (*)(const char* program_version,
                                              const bitstream::TensorFile& file,
                                              const model::ModelConfig& config, const char* device,
                                              int threads);
constexpr const char* kTorchNetworkMakerName = "imgcnn_torch_network";

/// The address of one of the module's symbols. It is looked for beside the program and in
/// ../lib/imgcnn from there, then beside the library that holds this code and in imgcnn/ below
/// there; once loaded it stays. Throws kDevice, naming these places, when it is nowhere;
/// kLimitExceeded when there is no room for it; kInternal when it cannot be loaded or has no such
/// symbol.
[[nodiscard]] void* torch_symbol(const char* name);

/// A network of LibTorch. Throws what torch_symbol and nn::make_torch_network throw.
[[nodiscard]] std::unique_ptr<model::Network> make_torch_network(const bitstream::TensorFile& file,
                                                                 const model::ModelConfig& config,
                                                                 const std::string& device,
                                                                 int threads);

}  // namespace imgcnn::codec
