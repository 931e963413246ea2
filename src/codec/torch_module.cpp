// Finds and loads the module with LibTorch.

#include "torch_module.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "imgcnn/base/error.h"
#include "imgcnn/base/program_paths.h"
#include "imgcnn/base/version.h"
#include "library_setup.h"

namespace imgcnn::codec {
namespace {

namespace fs = std::filesystem;

/// Folders where the module may lie, each once: those of the program, and those of the library that
/// this is a part of.
std::vector<std::string> places() {
  auto found = module_folders();
  const auto add = [&](const fs::path& folder) {
    const std::string plain = folder.lexically_normal().string();
    if (std::find(found.begin(), found.end(), plain) == found.end()) found.push_back(plain);
  };
  // Of a program the loader knows only what it was called by, which may be no path at all.
  Dl_info holder{};
  const bool known =
      dladdr(reinterpret_cast<void*>(&torch_symbol), &holder) != 0 && holder.dli_fname != nullptr;
  if (known && fs::path(holder.dli_fname).has_parent_path()) {
    std::error_code failed;
    const fs::path library = fs::absolute(holder.dli_fname, failed).parent_path();
    add(library);
    add(library / "imgcnn");
  }
  return found;
}

void* load_module() {
  const std::string module =
      find_in_folders(places(), IMGCNN_TORCH_FILE, ErrorCode::kDevice,
                      "LibTorch is needed for this, and its package (imgcnn-torch) is not here: ");
  require_library_space();
  set_library_environment();
  // Lazy binding: LibTorch drags in some 300 libraries, most of whose symbols are never called.
  void* const handle = dlopen(module.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) throw Error(ErrorCode::kInternal, dlerror());
  return handle;
}

}  // namespace

void* torch_symbol(const char* name) {
  static void* const module = load_module();
  void* const symbol = dlsym(module, name);
  require(symbol != nullptr, ErrorCode::kInternal,
          std::string(IMGCNN_TORCH_FILE ": has no ") + name);
  return symbol;
}

std::unique_ptr<model::Network> make_torch_network(const bitstream::TensorFile& file,
                                                   const model::ModelConfig& config,
                                                   const std::string& device, int threads) {
  const auto make = reinterpret_cast<TorchNetworkMaker>(torch_symbol(kTorchNetworkMakerName));
  std::unique_ptr<model::Network> network(
      make(program_version(), file, config, device.c_str(), threads));
  require(network != nullptr, ErrorCode::kInternal,
          IMGCNN_TORCH_FILE ": belongs to another version of imgcnn");
  return network;
}

}  // namespace imgcnn::codec
