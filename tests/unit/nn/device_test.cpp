// Choice of device and precision.

#include "imgcnn/nn/device.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "imgcnn/base/error.h"

namespace imgcnn::nn {
namespace {

ErrorCode code_of(const std::string& name) {
  try {
    (void)select_device(name);
  } catch (const Error& e) {
    return e.code();
  }
  return ErrorCode::kInternal;
}

TEST(Device, CpuIsAlwaysThere) {
  EXPECT_TRUE(select_device("cpu").is_cpu());
  EXPECT_NO_THROW((void)select_device("auto"));
}

TEST(Device, WordsThatAreNoDeviceAreUsageErrors) {
  for (const char* name : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0"}) {
    EXPECT_EQ(code_of(name), ErrorCode::kInvalidArgument) << name;
  }
}

TEST(Device, MissingCudaIsADeviceError) {
  if (torch::cuda::is_available()) GTEST_SKIP() << "this machine has a CUDA device";
  EXPECT_EQ(code_of("cuda"), ErrorCode::kDevice);
  EXPECT_EQ(code_of("cuda:0"), ErrorCode::kDevice);
}

TEST(Device, CudaComputesWhatTheCpuComputes) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device here: not tested";
  const auto a = torch::rand({8, 8});
  const auto device = select_device("cuda");
  EXPECT_TRUE(torch::allclose(a.to(device).mm(a.to(device)).cpu(), a.mm(a), 1e-4, 1e-4));
}

TEST(Device, NativeBf16AgreesWithTheKernelsView) {
  std::ifstream file("/proc/cpuinfo");
  std::stringstream text;
  text << file.rdbuf();
  if (text.str().find("flags") == std::string::npos)
    GTEST_SKIP() << "no processor flags in /proc/cpuinfo";
  const bool listed = text.str().find(" avx512_bf16") != std::string::npos ||
                      text.str().find(" amx_bf16") != std::string::npos;
  EXPECT_EQ(cpu_has_native_bf16(), listed);
}

TEST(Device, PrecisionFollowsTheProcessor) {
  EXPECT_EQ(select_precision("fp32", torch::kCPU), torch::kFloat32);
  EXPECT_EQ(select_precision("bf16", torch::kCPU), torch::kBFloat16);
  EXPECT_EQ(select_precision("auto", torch::kCPU),
            cpu_has_native_bf16() ? torch::kBFloat16 : torch::kFloat32);
  EXPECT_THROW((void)select_precision("fp16", torch::kCPU), Error);
}

}  // namespace
}  // namespace imgcnn::nn
