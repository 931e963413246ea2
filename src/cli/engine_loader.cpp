// Finds and loads the engine module.

#include <dlfcn.h>

#include <string>

#include "cli/engine.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/program_paths.h"
#include "imgcnn/base/version.h"

namespace imgcnn::cli {
namespace {

Engine& load_module() {
  const std::string module =
      find_in_folders(module_folders(), IMGCNN_ENGINE_FILE, ErrorCode::kInternal);
  void* handle = dlopen(module.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) throw Error(ErrorCode::kInternal, dlerror());
  const auto factory = reinterpret_cast<EngineFactory>(dlsym(handle, kEngineFactoryName));
  require(factory != nullptr, ErrorCode::kInternal, module + ": not an engine module");
  Engine* engine = factory(program_version());
  require(engine != nullptr, ErrorCode::kInternal,
          module + ": belongs to another version of imgcnn");
  return *engine;
}

}  // namespace

Engine& load_engine() {
  static Engine& engine = load_module();
  return engine;
}

}  // namespace imgcnn::cli
