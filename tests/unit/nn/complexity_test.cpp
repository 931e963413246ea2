// Multiply-accumulates, against sums done by hand.

#include "imgcnn/nn/complexity.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "imgcnn/nn/weights.h"
#include "model/tiny_config.h"
#include "nn/fast_model.h"

namespace imgcnn::nn {
namespace {

constexpr int kHeight = 4, kWidth = 6, kPositions = kHeight * kWidth;

template <class Module>
std::int64_t macs_of(Module module, std::int64_t channels) {
  const torch::NoGradGuard no_grad;
  const MacCounter counter;
  (void)module(torch::zeros({1, channels, kHeight, kWidth}));
  return counter.count();
}

TEST(Complexity, Blocks) {
  EXPECT_EQ(macs_of(Conv(8, 12, 3), 8), 9 * 8 * 12 * kPositions);
  EXPECT_EQ(macs_of(Conv(8, 8, 3, 1, 8), 8), 9 * 8 * kPositions);
  EXPECT_EQ(macs_of(ResidualBlock(8), 8), (5 * 8 * 8 + 9 * 8) * kPositions);
  EXPECT_EQ(macs_of(Downsample(8, 12), 8), (4 + 1) * 8 * 12 * kPositions / 4);
  EXPECT_EQ(macs_of(Upsample(8, 12), 8), 8 * 4 * 12 * kPositions);
}

TEST(Complexity, BatchesCountAndTheNumberTypeDoesNot) {
  const torch::NoGradGuard no_grad;
  Conv conv(2, 3, 1);
  const MacCounter counter;
  (void)conv(torch::zeros({5, 2, 1, 7}, torch::kBFloat16));
  EXPECT_EQ(counter.count(), 5 * 2 * 3 * 7);
}

TEST(Complexity, CountersSeeTheirOwnLifeAndThread) {
  const torch::NoGradGuard no_grad;
  Conv conv(1, 1, 1);
  const auto x = torch::zeros({1, 1, 1, 10});
  (void)conv(x);
  const MacCounter outer;
  {
    const MacCounter inner;
    (void)conv(x);
    EXPECT_EQ(inner.count(), 10);
  }
  std::thread([&] { (void)conv(x); }).join();
  EXPECT_EQ(outer.count(), 10);
  (void)conv(x);
  EXPECT_EQ(outer.count(), 20);
}

TEST(Complexity, ClassicByHand) {
  const auto model = make_model(testing::tiny_classic());
  const double expected =
      9 * (3 * 4 + 4 * 6 / 4.0 + 6 * 8 / 16.0 + 8 * 10 / 64.0) + 10 * 12 / 256.0;
  const auto complexity = measure_complexity(*model);
  EXPECT_DOUBLE_EQ(complexity.encode, expected);
  EXPECT_DOUBLE_EQ(complexity.decode, expected);
}

TEST(Complexity, FastByHand) {
  const auto model = make_model(testing::tiny_fast());
  // Channels: 8 at 1/8 and in the hyper networks, 16 at 1/16, latent 24, hyper-latent 8.
  const double block8 = 5 * 8 * 8 + 9 * 8, block16 = 5 * 16 * 16 + 9 * 16;
  const double at8 = 64, at16 = 256, at32 = 1024, at64 = 4096;  // pixels a position
  const double linear = 768 * 24 / at16;
  const double analysis =
      linear + (192 * 8 + block8) / at8 + (5 * 8 * 16 + block16 + 16 * 24) / at16;
  const double synthesis =
      linear + (24 * 16 + block16 + 16 * 4 * 8) / at16 + (block8 + 8 * 192) / at8;
  const double hyper_analysis =
      (24 * 8 + block8) / at16 + (5 * 8 * 8 + block8) / at32 + (5 * 8 * 8 + 8 * 8) / at64;
  const double hyper_synthesis =
      (9 * 8 * 8 + 8 * 4 * 8) / at64 + (block8 + 8 * 4 * 8) / at32 + (block8 + 8 * 24) / at16;
  const double scale = 8 * (9 * 8 + 16 * 24) / at64;
  const auto complexity = measure_complexity(*model);
  EXPECT_DOUBLE_EQ(complexity.encode, analysis + hyper_analysis + hyper_synthesis + scale);
  EXPECT_DOUBLE_EQ(complexity.decode, hyper_synthesis + scale + synthesis);
}

TEST(Complexity, TheIntegerScaleNetworkCostsWhatItsFloatTwinDoes) {
  const torch::NoGradGuard no_grad;
  const auto config = testing::tiny_fast();
  ScaleHead head(config);
  const MacCounter counter;
  (void)head(torch::zeros({1, config.hyper_channels, 2, 3}), torch::tensor({0.5F}));
  EXPECT_EQ(counter.count(), 2 * 3 * scale_network_macs(config));
  EXPECT_EQ(scale_network_macs(testing::tiny_classic()), 0);
}

TEST(Complexity, PresetsKeepTheirBounds) {
  const auto fast = measure_complexity(*make_model(model::load_preset("fast").config));
  EXPECT_LE(fast.decode, 10e3);
  EXPECT_LE(fast.encode, 30e3);
  EXPECT_LE(measure_complexity(*make_model(model::load_preset("high").config)).decode, 50e3);
}

TEST(Complexity, ModelFilesTellItOutsideTheirIdentity) {
  const auto model = make_model(testing::tiny_fast());
  auto file = freeze_model(*model);
  const auto complexity = measure_complexity(*model);
  EXPECT_NEAR(std::stod(file.metadata.at(model::kEncodeComplexity)), complexity.encode / 1000,
              0.0005);
  EXPECT_NEAR(std::stod(file.metadata.at(model::kDecodeComplexity)), complexity.decode / 1000,
              0.0005);
  const auto id = bitstream::tensor_digest(file);
  file.metadata.erase(model::kEncodeComplexity);
  file.metadata.erase(model::kDecodeComplexity);
  EXPECT_EQ(bitstream::tensor_digest(file), id);
}

}  // namespace
}  // namespace imgcnn::nn
