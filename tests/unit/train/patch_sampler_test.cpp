// Patches are a pure function of (seed, step).

#include "train/patch_sampler.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

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
    pack_ = std::make_shared<PackFile>(folder_ / "a.pack");
  }

  /// One picture of one value.
  std::shared_ptr<const PackFile> flat_pack(const std::string& name, std::uint32_t width,
                                            std::uint32_t height, std::uint8_t value) {
    PackWriter writer(folder_ / name);
    writer.add(width, height, Bytes(std::size_t{3} * width * height, value));
    writer.commit();
    return std::make_shared<PackFile>(folder_ / name);
  }

  /// One picture of 256 x 256 whose red is its column, green its row, blue a checkerboard.
  std::shared_ptr<const PackFile> ramp_pack() {
    Bytes rgb;
    for (int y = 0; y < 256; ++y) {
      for (int x = 0; x < 256; ++x) {
        for (const int value : {x, y, (x + y) % 2 * 255})
          rgb.push_back(static_cast<std::uint8_t>(value));
      }
    }
    PackWriter writer(folder_ / "ramp.pack");
    writer.add(256, 256, rgb);
    writer.commit();
    return std::make_shared<PackFile>(folder_ / "ramp.pack");
  }

  TempDir folder_;
  std::shared_ptr<const PackFile> pack_;
};

/// How red and green change from left to right and from top to bottom, per pixel in 1/255, of each
/// patch: {red right, red down, green right, green down}.
std::vector<std::array<int, 4>> slopes(const torch::Tensor& batch) {
  const auto side = batch.size(3);
  std::vector<std::array<int, 4>> result;
  for (std::int64_t i = 0; i < batch.size(0); ++i) {
    const auto at = [&](int channel, std::int64_t y, std::int64_t x) {
      return batch[i][channel][y][x].item<double>();
    };
    const auto slope = [&](double first, double last) {
      return static_cast<int>(std::lround((last - first) * 255 / static_cast<double>(side - 1)));
    };
    std::array<int, 4> found{};
    for (int c : {0, 1}) {
      found[static_cast<std::size_t>(2 * c)] = slope(at(c, 0, 0), at(c, 0, side - 1));
      found[static_cast<std::size_t>(2 * c + 1)] = slope(at(c, 0, 0), at(c, side - 1, 0));
    }
    result.push_back(found);
  }
  return result;
}

TEST_F(PatchSamplerTest, SameSeedAndStepGiveTheSamePatches) {
  TrainOptions options;
  options.aug_brightness = 0.1F;
  options.aug_colour = 0.2F;
  options.aug_scale = 0.5F;
  options.aug_turn = true;
  const PatchSampler a({{pack_, {}}}, options), b({{pack_, {}}}, options);
  EXPECT_TRUE(torch::equal(a.batch(5, 3, 64), b.batch(5, 3, 64)));
  EXPECT_FALSE(torch::equal(a.batch(5, 3, 64), b.batch(6, 3, 64)));
}

TEST_F(PatchSamplerTest, PicturesAreDrawnByArea) {
  const PatchSampler sampler({{pack_, {}}}, TrainOptions{});
  const double white = sampler.batch(0, 600, 8).mean().item<double>();
  EXPECT_NEAR(white, 10.0 / 110.0, 0.05);
}

TEST_F(PatchSamplerTest, SmallPicturesAreContinued) {
  const PatchSampler sampler({{pack_, {}}}, TrainOptions{});
  const auto patch = sampler.batch(1, 4, 128);
  EXPECT_EQ(patch.sizes(), torch::IntArrayRef({4, 3, 128, 128}));
  EXPECT_TRUE(((patch == 0) | (patch == 1)).all().item<bool>());
}

TEST_F(PatchSamplerTest, MiddleCropsAreMultiplesOf64) {
  const auto crops = middle_crops({{pack_, {}}}, 384, 5);
  ASSERT_EQ(crops.size(), 1U);  // the other picture is too narrow
  EXPECT_EQ(crops[0].sizes(), torch::IntArrayRef({1, 3, 64, 64}));
}

TEST_F(PatchSamplerTest, MiddleCropsAreTakenFromThePacksInTurn) {
  const auto other = flat_pack("b.pack", 64, 130, 255);
  const auto crops = middle_crops({{pack_, {}}, {other, {}}}, 384, 5);
  ASSERT_EQ(crops.size(), 2U);
  EXPECT_EQ(crops[0].max().item<float>(), 0.0F);
  EXPECT_EQ(crops[1].min().item<float>(), 1.0F);
  EXPECT_EQ(crops[1].sizes(), torch::IntArrayRef({1, 3, 128, 64}));
}

TEST_F(PatchSamplerTest, WhereAllAreSmallMiddleCropsAreContinued) {
  const auto crops = middle_crops(
      {{flat_pack("dot.pack", 1, 1, 255), {}}, {flat_pack("long.pack", 2, 130, 255), {}}}, 384, 5);
  ASSERT_EQ(crops.size(), 2U);
  EXPECT_EQ(crops[0].sizes(), torch::IntArrayRef({1, 3, 64, 64}));
  EXPECT_EQ(crops[1].sizes(), torch::IntArrayRef({1, 3, 128, 64}));
  for (const auto& crop : crops) EXPECT_EQ(crop.min().item<float>(), 1.0F);
}

TEST_F(PatchSamplerTest, TheSmallestPicturesAreContinued) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, std::pair{2U, 3U}, std::pair{300U, 1U}}) {
    const PatchSampler sampler({{flat_pack("small.pack", width, height, 255), {}}}, TrainOptions{});
    EXPECT_EQ(sampler.batch(0, 4, 64).min().item<float>(), 1.0F) << width << "x" << height;
  }
}

TEST_F(PatchSamplerTest, WeightsAreSharesOfTheDraws) {
  // By area white would be 1 of 5.
  const auto black = flat_pack("black.pack", 40, 40, 0),
             white = flat_pack("white.pack", 20, 20, 255);
  constexpr int kDraws = 8000;
  const auto share = [&](std::optional<double> of_black, std::optional<double> of_white) {
    const PatchSampler sampler({{black, of_black}, {white, of_white}}, TrainOptions{});
    return sampler.batch(3, kDraws, 2).mean().item<double>();
  };
  const auto expect_share = [&](double found, double wanted) {
    // Four standard deviations of a binomial
    EXPECT_NEAR(found, wanted, 4 * std::sqrt(wanted * (1 - wanted) / kDraws));
  };
  expect_share(share({}, {}), 0.2);
  expect_share(share(0.3, 0.7), 0.7);
  expect_share(share(3, 7), 0.7);
  expect_share(share(0.25, {}), 0.8);
}

TEST_F(PatchSamplerTest, WithinAWeightedSourcePicturesAreDrawnByArea) {
  const auto grey = flat_pack("grey.pack", 20, 20, 51);
  const PatchSampler sampler({{pack_, 1.0}, {grey, 1.0}}, TrainOptions{});
  EXPECT_NEAR((sampler.batch(0, 8000, 2) == 1).to(torch::kFloat32).mean().item<double>(),
              0.5 * 10 / 110, 0.01);
}

TEST_F(PatchSamplerTest, PositionsAreThoseAskedFor) {
  using Slopes = std::set<std::array<int, 4>>;
  const auto ramp = ramp_pack();
  const auto positions = [&](bool flip, bool turn) {
    TrainOptions options;
    options.aug_flip = flip;
    options.aug_turn = turn;
    const auto found = slopes(PatchSampler({{ramp, {}}}, options).batch(0, 200, 16));
    return Slopes(found.begin(), found.end());
  };
  const std::array<int, 4> upright = {1, 0, 0, 1}, mirrored = {-1, 0, 0, 1};
  EXPECT_EQ(positions(false, false), Slopes({upright}));
  EXPECT_EQ(positions(true, false), Slopes({upright, mirrored}));
  EXPECT_EQ(positions(false, true),
            Slopes({upright, {0, 1, -1, 0}, {-1, 0, 0, -1}, {0, -1, 1, 0}}));
  EXPECT_EQ(positions(true, true).size(), 8U);
}

TEST_F(PatchSamplerTest, ReducedPatchesAreAveragesOfLargerWindows) {
  const auto ramp = ramp_pack();
  TrainOptions options;
  options.aug_flip = false;
  options.aug_scale = 0.9F;
  const auto batch = PatchSampler({{ramp, {}}}, options).batch(0, 200, 32);
  const auto red = batch.select(1, 0);
  const auto slope = (red.select(2, 31) - red.select(2, 0)).select(1, 0) * 255 / 31;
  EXPECT_GE(slope.min().item<double>(), 1.0 - 1e-3);  // none is enlarged
  EXPECT_LE(slope.max().item<double>(), std::exp(0.9) + 0.05);
  EXPECT_NEAR(slope.log().mean().item<double>(), 0.45, 0.08);
  // What was averaged has less contrast than the checkerboard, whose mean stays.
  const auto blue = batch.select(1, 2);
  const auto contrast = blue.flatten(1).std(1);
  EXPECT_LT(contrast.index({slope > 1.9}).max().item<double>(), 0.25);
  EXPECT_NEAR(blue.mean().item<double>(), 0.5, 0.02);
}

TEST_F(PatchSamplerTest, NoWindowIsLargerThanThePicture) {
  TrainOptions options;
  options.aug_flip = false;
  options.aug_scale = 2.0F;
  const auto red = PatchSampler({{ramp_pack(), {}}}, options).batch(0, 50, 200).select(1, 0);
  const auto slope = (red.select(2, 199) - red.select(2, 0)).select(1, 0) * 255 / 199;
  EXPECT_LE(slope.max().item<double>(), 256.0 / 200.0 + 1e-2);
}

}  // namespace
}  // namespace imgcnn::train
