// The encoder's choices: cheaper by their own measure, never worse than without them.

#include "codec/symbol_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <vector>

#include "codec/test_model.h"
#include "codec/tiled_distortion.h"
#include "codec/transform_coding.h"
#include "imgcnn/base/files.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::codec {
namespace {

constexpr int kQuality16 = 800;
constexpr double kLambda = 0.01;

struct Parts {
  explicit Parts(const char* kind) {
    const std::string name = kind;
    const auto config = name == "classic" ? testing::tiny_classic() : testing::tiny_fast();
    const std::string path = write_model(folder / "m.safetensors", config, 1, name == "context");
    const auto tensors = bitstream::parse_safetensors(read_file(path), path);
    network = model::make_torch_network(tensors, config, "cpu", 1);
    coder = std::make_unique<LatentCoder>(tensors, config);
  }

  ChosenSymbols choose(const image::FloatImage& rgb, const EffortPlan& plan, const std::function<void(double)>& progress = {}) const {
    return choose_symbols(*network, *coder, rgb, kQuality16, kLambda, plan, progress);
  }

  TempDir folder;
  std::unique_ptr<model::Network> network;
  std::unique_ptr<LatentCoder> coder;
};

class SymbolChoice : public ::testing::TestWithParam<const char*> {
 protected:
  Parts parts_{GetParam()};
  image::FloatImage rgb_ = image::to_float_rgb(waves(150, 90, 3, 8));
};

TEST_P(SymbolChoice, OptimisedSymbolsCostFewerBitsThanRounded) {
  const auto size = latent_size(rgb_.width, rgb_.height);
  const bool context = parts_.coder->has_context();
  const auto rounded = parts_.choose(rgb_, {context, false, 0}).symbols;
  const auto optimised = parts_.choose(rgb_, {context, true, 0}).symbols;
  EXPECT_EQ(rounded.hyper, optimised.hyper);
  EXPECT_LE(parts_.coder->encode(optimised, size, kQuality16, context).size(),
            parts_.coder->encode(rounded, size, kQuality16, context).size());
}

TEST_P(SymbolChoice, AnnealingIsRepeatableTellsItsProgressAndNeverCostsMore) {
  std::vector<double> heard;
  const EffortPlan plan{true, true, 12};
  const auto first = parts_.choose(rgb_, plan, [&](double share) { heard.push_back(share); });
  const auto second = parts_.choose(rgb_, plan);
  EXPECT_EQ(first.symbols.latent, second.symbols.latent);
  EXPECT_GE(first.search_gain, 0.0);
  ASSERT_EQ(heard.size(), 12U);
  EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end()));
  EXPECT_DOUBLE_EQ(heard.back(), 1.0);
  if (first.search_gain == 0.0) {
    EXPECT_EQ(first.symbols.latent, parts_.choose(rgb_, {true, true, 0}).symbols.latent);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, SymbolChoice, ::testing::Values("fast", "classic", "context"));

TEST(Annealing, FindsTheRateThatLambdaAsksFor) {
  // With bits twenty times as dear as the quality's quantiser steps suppose, rounding is far from the best.
  const Parts parts("fast");
  const auto rgb = image::to_float_rgb(waves(96, 96, 3, 8));
  const auto chosen = choose_symbols(*parts.network, *parts.coder, rgb, kQuality16, kLambda / 20, {false, true, 60}, {});
  EXPECT_GT(chosen.search_gain, 0.01);
}

TEST(EffortPlans, RiseWithTheEffort) {
  for (int effort = 1; effort < kMaxEffort; ++effort) {
    EXPECT_LE(effort_plan(effort).iterations, effort_plan(effort + 1).iterations);
    EXPECT_LE(effort_plan(effort).context, effort_plan(effort + 1).context);
    EXPECT_LE(effort_plan(effort).optimised, effort_plan(effort + 1).optimised);
  }
  EXPECT_EQ(effort_plan(kDefaultEffort).iterations, 0);
}

TEST(HyperSymbols, AvoidEscapesNextDoor) {
  const Parts parts("fast");
  const LatentSize size{4, 4};
  const auto config = testing::tiny_fast();
  std::vector<float> z(static_cast<std::size_t>(config.hyper_channels), 0.4F);
  for (const auto symbol : parts.coder->quantise_hyper(z, size, kQuality16)) EXPECT_LE(std::abs(symbol), 1);
  z.assign(z.size(), std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(parts.coder->quantise_hyper(z, size, kQuality16).size(), z.size());
}

TEST(DistortionGradient, IsTheSlopeOfTheSquaredError) {
  const Parts parts("fast");
  const auto rgb = image::to_float_rgb(waves(61, 45, 3, 8));  // samples beyond the picture do not count
  const auto analysis = analyse(*parts.network, *parts.coder, rgb, kQuality16);
  model::Planes latent = analysis.mean;
  const auto at = parts.network->distortion(latent, 0.5, rgb);
  for (const std::size_t i : {std::size_t{0}, latent.data.size() / 2, latent.data.size() - 1}) {
    constexpr float kStep = 0.05F;
    auto up = latent, down = latent;
    up.data[i] += kStep;
    down.data[i] -= kStep;
    const double slope = (parts.network->distortion(up, 0.5, rgb).squared_error -
                          parts.network->distortion(down, 0.5, rgb).squared_error) / (2 * kStep);
    EXPECT_NEAR(at.gradient.data[i], slope, 0.02 * std::abs(slope) + 1e-3) << i;
  }
}

TEST(DistortionGradient, TilesAgreeWithTheWhole) {
  const Parts parts("fast");
  const auto rgb = image::to_float_rgb(waves(900, 40, 3, 8));
  const auto latent = analyse(*parts.network, *parts.coder, rgb, kQuality16).mean;
  const auto whole = parts.network->distortion(latent, 0.5, rgb).gradient;
  const auto tiled = distortion_gradient(*parts.network, latent, 0.5, rgb);
  ASSERT_EQ(tiled.data.size(), whole.data.size());
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < whole.data.size(); ++i) {
    difference += std::pow(double{whole.data[i]} - tiled.data[i], 2);
    size += std::pow(double{whole.data[i]}, 2);
  }
  EXPECT_GT(size, 0);
  EXPECT_LT(difference, 1e-4 * size);
}

}  // namespace
}  // namespace imgcnn::codec
