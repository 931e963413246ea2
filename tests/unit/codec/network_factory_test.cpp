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
  [[nodiscard]] std::unique_ptr<model::Network> make(const std::string& device, Runtime runtime) const {
    return make_network(file_, config_, {device, 1, runtime});
  }
  [[nodiscard]] ErrorCode refusal(const std::string& device, Runtime runtime) const {
    try {
      (void)make(device, runtime);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  }

  model::ModelConfig config_ = testing::tiny_fast();
  bitstream::TensorFile file_ = nn::freeze_model(*nn::make_model(config_));
};

TEST_F(NetworkFactory, EveryRuntimeComputesTheSameOnTheCpu) {
  const auto picture = image::to_float_rgb(waves(64, 48, 3, 8));
  const auto reference = make("cpu", Runtime::kTorch);
  EXPECT_EQ(reference->device(), "cpu, 1 threads");
  const auto expected = reference->analysis(picture, 0.5).data;
  for (const char* device : {"auto", "cpu"}) {
    const auto found = make(device, Runtime::kAuto)->analysis(picture, 0.5).data;
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], 1e-3) << device << " " << i;
  }
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
