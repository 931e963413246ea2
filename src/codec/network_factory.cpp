// The choice between our own code and LibTorch.

#include "network_factory.h"

#include "imgcnn/base/error.h"
#include "imgcnn/runtime/native_network.h"
#include "torch_module.h"

namespace imgcnn::codec {

std::unique_ptr<model::Network> make_network(const bitstream::TensorFile& file,
                                             const model::ModelConfig& config,
                                             const CodecOptions& options, ThreadPool& pool) {
  const bool on_gpu = is_gpu(options.device);
  require(on_gpu || options.device == "auto" || options.device == "cpu",
          ErrorCode::kInvalidArgument,
          "device '" + options.device + "': expected auto, cpu, cuda or cuda:N");
  require(!on_gpu || options.runtime != Runtime::kNative, ErrorCode::kInvalidArgument,
          "device '" + options.device + "': the native runtime computes on the CPU only");
  if (on_gpu) return make_torch_network(file, config, options.device, options.threads);
  if (options.runtime == Runtime::kTorch)
    return make_torch_network(file, config, "cpu", options.threads);
  return runtime::make_native_network(file, config, pool);
}

}  // namespace imgcnn::codec
