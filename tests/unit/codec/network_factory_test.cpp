// Which runtime is chosen for which device.

#include "codec/network_factory.h"

#include <gtest/gtest.h>

#include "codec/test_model.h"
#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/safetensors.h"

namespace imgcnn::codec {
namespace {

class NetworkFactory : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<model::Network> make(const std::string& device, Runtime runtime) {
    return make_network(file_, config_, {device, 1, runtime}, pool_);
  }
  [[nodiscard]] ErrorCode refusal(const std::string& device, Runtime runtime) {
    try {
      (void)make(device, runtime);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  }

  ThreadPool pool_{1};
  model::ModelConfig config_ = testing::tiny_fast();
  bitstream::TensorFile file_ = nn::freeze_model(*nn::make_model(config_));
};

TEST_F(NetworkFactory, TheCpuIsComputedNativelyUnlessLibTorchIsAskedFor) {
  const std::string torch = make("cpu", Runtime::kTorch)->device();
  EXPECT_EQ(torch, "cpu, 1 thread, LibTorch");
  for (const char* device : {"auto", "cpu"}) {
    EXPECT_EQ(make(device, Runtime::kTorch)->device(), torch);
    const std::string native = make(device, Runtime::kNative)->device();
    EXPECT_EQ(native.rfind("cpu, 1 thread, ", 0), 0U) << native;
    EXPECT_NE(native, torch);
    EXPECT_EQ(make(device, Runtime::kAuto)->device(), native);
  }
}

TEST_F(NetworkFactory, RuntimesAgree) {
  const auto picture = image::to_float_rgb(waves(64, 48, 3, 8));
  const auto native = make("cpu", Runtime::kNative)->analysis(picture, 0.5).data;
  const auto torch = make("cpu", Runtime::kTorch)->analysis(picture, 0.5).data;
  ASSERT_EQ(native.size(), torch.size());
  for (std::size_t i = 0; i < native.size(); ++i) ASSERT_NEAR(native[i], torch[i], 1e-3) << i;
}

TEST_F(NetworkFactory, WordsThatAreNoDeviceAreUsageErrors) {
  for (const char* device : {"", "gpu", "cuda:", "cuda:x", "cpu:0", "cudas"}) {
    for (const auto runtime : {Runtime::kAuto, Runtime::kTorch})
      EXPECT_EQ(refusal(device, runtime), ErrorCode::kInvalidArgument) << device;
  }
}

TEST_F(NetworkFactory, TheNativeRuntimeKnowsNoGpu) {
  EXPECT_EQ(refusal("cuda", Runtime::kNative), ErrorCode::kInvalidArgument);
  EXPECT_EQ(refusal("cuda:1", Runtime::kNative), ErrorCode::kInvalidArgument);
}

TEST_F(NetworkFactory, AGpuThatIsNotThereIsADeviceError) {
  for (const auto runtime : {Runtime::kAuto, Runtime::kTorch})
    EXPECT_EQ(refusal("cuda:999", runtime), ErrorCode::kDevice);
}

}  // namespace
}  // namespace imgcnn::codec
