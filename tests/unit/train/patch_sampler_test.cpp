// Patches are a pure function of (seed, step).

#include "train/patch_sampler.h"

#include <gtest/gtest.h>

#include "base/temp_dir.h"

namespace imgcnn::train {
namespace {

class PatchSamplerTest : public ::testing::Test {
 protected:
  PatchSamplerTest() {
    PackWriter writer(folder_ / "a.pack");
    for (std::uint8_t value : {0, 255}) {
      const std::uint32_t width = value == 0 ? 100 : 10;
      writer.add(width, 70, Bytes(std::size_t{3} * width * 70, value));
    }
    writer.commit();
    pack_ = std::make_unique<PackFile>(folder_ / "a.pack");
  }

  TempDir folder_;
  std::unique_ptr<PackFile> pack_;
};

TEST_F(PatchSamplerTest, SameSeedAndStepGiveTheSamePatches) {
  TrainOptions options;
  options.aug_brightness = 0.1F;
  options.aug_colour = 0.2F;
  const PatchSampler a(*pack_, options), b(*pack_, options);
  EXPECT_TRUE(torch::equal(a.batch(5, 3, 64), b.batch(5, 3, 64)));
  EXPECT_FALSE(torch::equal(a.batch(5, 3, 64), b.batch(6, 3, 64)));
}

TEST_F(PatchSamplerTest, PicturesAreDrawnByArea) {
  const PatchSampler sampler(*pack_, TrainOptions{});
  const double white = sampler.batch(0, 600, 8).mean().item<double>();
  EXPECT_NEAR(white, 10.0 / 110.0, 0.05);
}

TEST_F(PatchSamplerTest, SmallPicturesAreContinued) {
  const PatchSampler sampler(*pack_, TrainOptions{});
  const auto patch = sampler.batch(1, 4, 128);
  EXPECT_EQ(patch.sizes(), torch::IntArrayRef({4, 3, 128, 128}));
  EXPECT_TRUE(((patch == 0) | (patch == 1)).all().item<bool>());
}

TEST_F(PatchSamplerTest, MiddleCropsAreMultiplesOf64) {
  const auto crops = middle_crops(*pack_, 384, 5);
  ASSERT_EQ(crops.size(), 1U);  // the other picture is too narrow
  EXPECT_EQ(crops[0].sizes(), torch::IntArrayRef({1, 3, 64, 64}));
}

}  // namespace
}  // namespace imgcnn::train
