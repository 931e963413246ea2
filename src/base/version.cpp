// The program's version, passed in by the build.
#include "imgcnn/base/version.h"

namespace imgcnn {

const char* program_version() noexcept { return IMGCNN_VERSION; }

}  // namespace imgcnn
