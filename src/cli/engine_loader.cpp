// Finds and loads the engine module.

#include <dlfcn.h>

#include <filesystem>
#include <system_error>

#include "cli/engine.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/version.h"

namespace imgcnn::cli {
namespace {

namespace fs = std::filesystem;

fs::path find_module() {
  std::error_code failed;
  const fs::path folder = fs::read_symlink("/proc/self/exe", failed).parent_path();
  require(!failed, ErrorCode::kInternal, "/proc/self/exe: " + failed.message());
  const fs::path beside = folder / IMGCNN_ENGINE_FILE;
  const fs::path installed = folder.parent_path() / IMGCNN_ENGINE_DIR / IMGCNN_ENGINE_FILE;
  for (const fs::path& candidate : {beside, installed}) {
    if (fs::exists(candidate, failed)) return candidate;
  }
  throw Error(ErrorCode::kInternal,
              IMGCNN_ENGINE_FILE ": neither in " + folder.string() + " nor in " + installed.parent_path().string());
}

Engine& load_module() {
  const fs::path module = find_module();
  void* handle = dlopen(module.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) throw Error(ErrorCode::kInternal, dlerror());
  const auto factory = reinterpret_cast<EngineFactory>(dlsym(handle, kEngineFactoryName));
  require(factory != nullptr, ErrorCode::kInternal, module.string() + ": not an engine module");
  Engine* engine = factory(program_version());
  require(engine != nullptr, ErrorCode::kInternal, module.string() + ": belongs to another version of imgcnn");
  return *engine;
}

}  // namespace

Engine& load_engine() {
  static Engine& engine = load_module();
  return engine;
}

}  // namespace imgcnn::cli
