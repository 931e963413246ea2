// The encoder's choices: cheaper by their own measure, never worse than without them.

#include "codec/symbol_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <vector>

#include "codec/latent_search.h"
#include "codec/test_model.h"
#include "codec/tiled_distortion.h"
#include "codec/transform_coding.h"
#include "imgcnn/base/files.h"
#include "imgcnn/entropy/rans.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/nn/torch_network.h"
#include "imgcnn/rdo/scalar_rdoq.h"

namespace imgcnn::codec {
namespace {

constexpr int kQuality16 = 800;
constexpr double kLambda = 0.01;

struct Parts {
  explicit Parts(const char* kind) {
    const std::string name = kind;
    config = name == "classic" ? testing::tiny_classic() : testing::tiny_fast();
    const std::string path = write_model(folder / "m.safetensors", config, 1, name == "context");
    const auto tensors = bitstream::parse_safetensors(read_file(path), path);
    network = nn::make_torch_network(tensors, config, "cpu", 1);
    coder = std::make_unique<LatentCoder>(tensors, config);
  }

  [[nodiscard]] TileAnalysis analyse(const image::FloatImage& rgb) const {
    const TransformCoder transform(*network, config, rgb.width, rgb.height, kQuality16);
    const Window whole = transform.whole();
    TileAnalysis tile;
    tile.window = whole;
    tile.pixels = rgb;
    const auto latent = transform.latent(
        [&](const Window& w) {
          return cut(rgb, {0, 0, rgb.width, rgb.height}, w);
        },
        whole);
    std::vector<std::int32_t> hyper;
    if (coder->has_hyper())
      hyper = coder->quantize_hyper(transform.hyper_latent(latent, whole).data, transform.size(), kQuality16);
    tile.mean = transform.mean(hyper, whole);
    tile.residual = latent.data;
    for (std::size_t i = 0; i < tile.residual.size(); ++i) tile.residual[i] -= tile.mean.data[i];
    tile.rows = coder->latent_rows(hyper, transform.size(), whole, kQuality16);
    return tile;
  }

  ChosenSymbols choose(const TileAnalysis& tile, const EffortPlan& plan,
                       const std::function<void(double)>& progress = {}) const {
    return choose_symbols(*network, *coder, tile, kQuality16, kLambda, plan, progress);
  }

  [[nodiscard]] std::size_t bytes_of(const TileAnalysis& tile, const std::vector<std::int32_t>& symbols) const {
    entropy::RansEncoder encoder;
    coder->encode(encoder, symbols, tile.rows, tile.window, kQuality16, coder->has_context());
    return encoder.finish().size();
  }

  TempDir folder;
  model::ModelConfig config;
  std::unique_ptr<model::Network> network;
  std::unique_ptr<LatentCoder> coder;
};

class SymbolChoice : public ::testing::TestWithParam<const char*> {
 protected:
  Parts parts_{GetParam()};
  TileAnalysis tile_ = parts_.analyse(image::to_float_rgb(waves(150, 90, 3, 8)));
};

TEST_P(SymbolChoice, OptimizedSymbolsCostLess) {
  const bool context = parts_.coder->has_context();
  const auto cost = [&](bool optimized) {
    const auto symbols = parts_.choose(tile_, {context, optimized, 0}).latent;
    const auto values = parts_.coder->values(symbols, tile_.rows, tile_.window);
    double error = 0;
    for (std::size_t i = 0; i < values.size(); ++i) error += std::pow(values[i] - tile_.residual[i], 2);
    return 8.0 * static_cast<double>(parts_.bytes_of(tile_, symbols)) + rdo::kRdoqWeight * error;
  };
  // Contexts move on with what is chosen: not every single choice pays.
  EXPECT_LE(cost(true), 1.005 * cost(false));
}

TEST_P(SymbolChoice, AnnealingIsRepeatableTellsItsProgressAndNeverCostsMore) {
  std::vector<double> heard;
  const EffortPlan plan{true, true, 12};
  const auto first = parts_.choose(tile_, plan, [&](double share) { heard.push_back(share); });
  const auto second = parts_.choose(tile_, plan);
  EXPECT_EQ(first.latent, second.latent);
  const auto plain = parts_.choose(tile_, {plan.context, true, 0, true});
  EXPECT_GT(plain.cost, 0.0);
  EXPECT_LE(first.cost, plain.cost);
  ASSERT_EQ(heard.size(), 12U);
  EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end()));
  EXPECT_DOUBLE_EQ(heard.back(), 1.0);
  if (first.cost == plain.cost) {
    EXPECT_EQ(first.latent, plain.latent);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, SymbolChoice, ::testing::Values("fast", "classic", "context"));

TEST(Annealing, FindsTheRateThatLambdaAsksFor) {
  // With bits twenty times as dear as the quality's quantizer steps suppose, rounding is far from the best.
  const Parts parts("fast");
  const auto tile = parts.analyse(image::to_float_rgb(waves(96, 96, 3, 8)));
  const auto cost = [&](int iterations) {
    return choose_symbols(*parts.network, *parts.coder, tile, kQuality16, kLambda / 20, {false, true, iterations, true},
                          {})
        .cost;
  };
  EXPECT_LT(cost(60), 0.99 * cost(0));
}

TEST(Annealing, GoesByTheOddsItIsTold) {
  const Parts parts("fast");
  const auto tile = parts.analyse(image::to_float_rgb(waves(96, 96, 3, 8)));
  const auto plain = parts.coder->values(parts.choose(tile, {true, true, 0}).latent, tile.rows, tile.window);
  const auto silent = [&](float odds) {
    AnnealOptions options{12, kLambda, {}, {}};
    int asked = 0;
    options.odds = [&](const std::vector<std::int32_t>& symbols) {
      ++asked;
      return std::vector<rdo::OddsShift>(symbols.size(), {{odds, odds}, {odds, odds}});
    };
    const auto symbols =
        anneal(*parts.network, parts.coder->search(tile.rows, tile.window), tile, plain, kQuality16, options);
    EXPECT_GT(asked, 1);
    return std::count(symbols.begin(), symbols.end(), 0);
  };
  EXPECT_GT(silent(-20), silent(0));
}

/// A model whose symbols stand for themselves, as those of older files do.
TEST(Annealing, SavesWithoutATrellisToo) {
  const Parts parts("classic");
  ASSERT_FALSE(parts.coder->has_trellis());
  const auto tile = parts.analyse(image::to_float_rgb(waves(96, 96, 3, 8)));
  const auto cost = [&](int iterations) {
    return choose_symbols(*parts.network, *parts.coder, tile, kQuality16, kLambda / 20, {false, true, iterations, true},
                          {})
        .cost;
  };
  EXPECT_LT(cost(40), 0.995 * cost(0));
}

TEST(EffortPlans, RiseWithTheEffort) {
  for (int effort = 1; effort < kMaxEffort; ++effort) {
    EXPECT_LE(effort_plan(effort).iterations, effort_plan(effort + 1).iterations);
    EXPECT_LE(effort_plan(effort).context, effort_plan(effort + 1).context);
    EXPECT_LE(effort_plan(effort).optimized, effort_plan(effort + 1).optimized);
  }
  EXPECT_EQ(effort_plan(kDefaultEffort).iterations, 0);
}

TEST(HyperSymbols, AvoidEscapesNextDoor) {
  const Parts parts("fast");
  const LatentSize size{4, 4};
  const auto config = testing::tiny_fast();
  std::vector<float> z(static_cast<std::size_t>(config.hyper_channels), 0.4F);
  for (const auto symbol : parts.coder->quantize_hyper(z, size, kQuality16)) EXPECT_LE(std::abs(symbol), 1);
  z.assign(z.size(), std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(parts.coder->quantize_hyper(z, size, kQuality16).size(), z.size());
}

TEST(DistortionGradient, IsTheSlopeOfTheSquaredError) {
  const Parts parts("fast");
  const auto rgb = image::to_float_rgb(waves(61, 45, 3, 8));  // samples beyond the picture do not count
  model::Planes latent = parts.analyse(rgb).mean;
  const auto at = parts.network->distortion(latent, 0.5, rgb);
  for (const std::size_t i : {std::size_t{0}, latent.data.size() / 2, latent.data.size() - 1}) {
    constexpr float kStep = 0.05F;
    auto up = latent, down = latent;
    up.data[i] += kStep;
    down.data[i] -= kStep;
    const double slope =
        (parts.network->distortion(up, 0.5, rgb).error - parts.network->distortion(down, 0.5, rgb).error) / (2 * kStep);
    EXPECT_NEAR(at.gradient.data[i], slope, 0.02 * std::abs(slope) + 1e-3) << i;
  }
}

TEST(DistortionGradient, TilesAgreeWithTheWhole) {
  const Parts parts("fast");
  const auto rgb = image::to_float_rgb(waves(900, 40, 3, 8));
  const auto latent = parts.analyse(rgb).mean;
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
