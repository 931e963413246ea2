#pragma once
// The network on LibTorch: on CUDA devices, and as the reference of other runtimes. No LibTorch in
// this header.

#include <memory>
#include <string>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/model/config.h"
#include "imgcnn/model/network.h"

namespace imgcnn::nn {

/// The network of a model file in LibTorch, float32. device: "cpu", "cuda", "cuda:N" or "auto"
/// (CUDA when there is one); threads: CPU threads, 0 = all cores (a setting of the whole process).
/// Throws kCorrupt (tensors do not fit the config), kDevice.
[[nodiscard]] std::unique_ptr<model::Network> make_torch_network(const bitstream::TensorFile& file,
                                                                 const model::ModelConfig& config,
                                                                 const std::string& device,
                                                                 int threads);

}  // namespace imgcnn::nn
