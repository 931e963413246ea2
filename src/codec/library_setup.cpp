#include "library_setup.h"

#include <stdlib.h>

#include <cstdint>

#include "imgcnn/base/address_space.h"
#include "imgcnn/base/error.h"

namespace imgcnn::codec {

void set_library_environment() {
  // OpenBLAS would start threads of its own that spin beside LibTorch's.
  setenv("OPENBLAS_NUM_THREADS", "1", 0);
  // OpenMP's threads would spin while they wait for each other, on cores that other processes want
  // and whoever they wait for needs: on two cores that others keep busy, a batch of small pictures
  // gets 0.05 to 0.12 megapixels a second done instead of 0.15 to 0.30. With the cores to itself it
  // loses some percent: 0.46 instead of 0.49.
  setenv("OMP_WAIT_POLICY", "passive", 0);
}

void require_library_space() {
  // Measured with Debian's LibTorch 1.13: 0.6 GB to load it with what it depends on, 0.83 GB until
  // a small picture is done, 1.1 GB for a megapixel.
  constexpr std::uint64_t kSpace = std::uint64_t{1} << 30;
  require(can_map(kSpace, Mapping::kAddresses), ErrorCode::kLimitExceeded,
          "not enough address space: LibTorch takes 1 GiB (ulimit -v)");
}

}  // namespace imgcnn::codec
