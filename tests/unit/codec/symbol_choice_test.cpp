// The encoder's choices: cheaper by their own measure, never worse than without them.

#include "codec/symbol_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <vector>

#include "codec/latent_coder.h"
#include "codec/latent_search.h"
#include "codec/symbol_quantizer.h"
#include "codec/test_model.h"
#include "codec/tiled_distortion.h"
#include "codec/tiled_transform.h"
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

  [[nodiscard]] bool has_context() const { return coder->latent().context().has_value(); }
  /// Of a picture of this size, by contexts where the model has them.
  [[nodiscard]] CodingPlan plan(int width, int height) const {
    return CodingPlan::make(width, height, kQuality16, has_context(), config);
  }
  [[nodiscard]] CodingPlan plan(const TileAnalysis& tile) const {
    return plan(tile.pixels.width, tile.pixels.height);
  }

  [[nodiscard]] TileAnalysis analyse(const image::FloatImage& rgb) const {
    const CodingPlan coding = plan(rgb.width, rgb.height);
    const TiledTransform transform(*network, config, coding);
    const Rect whole = transform.whole();
    TileAnalysis tile;
    tile.window = whole;
    tile.pixels = rgb;
    const auto latent = transform.latent(
        [&](const Rect& w) {
          return crop(rgb, {0, 0, rgb.width, rgb.height}, w);
        },
        whole);
    std::vector<std::int32_t> hyper;
    if (coder->has_hyper())
      hyper = quantize_hyper(coder->hyper(), transform.hyper_latent(latent, whole).data,
                             coder->hyper_indexes(coding), coding);
    tile.mean = transform.mean(hyper, whole);
    tile.residual = latent.data;
    for (std::size_t i = 0; i < tile.residual.size(); ++i) tile.residual[i] -= tile.mean.data[i];
    tile.indexes = coder->latent_indexes(hyper, coding, whole);
    return tile;
  }

  ChosenSymbols choose(const TileAnalysis& tile, const EffortPlan& effort, double lambda = kLambda,
                       const std::function<void(double)>& progress = {}) const {
    return choose_symbols(*network, coder->latent(), tile, plan(tile), lambda, effort, progress);
  }

  [[nodiscard]] std::size_t bytes_of(const TileAnalysis& tile,
                                     const std::vector<std::int32_t>& symbols) const {
    entropy::RansEncoder encoder;
    coder->latent().encode(encoder, symbols, tile.indexes, plan(tile));
    return encoder.finish(0).first.size();
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
  const bool context = parts_.has_context();
  const auto cost = [&](bool optimized) {
    const auto symbols = parts_.choose(tile_, {context, optimized, 0}).latent;
    const auto values = parts_.coder->latent().values(symbols, tile_.indexes);
    double error = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      error += std::pow(values[i] - tile_.residual[i], 2);
    return 8.0 * static_cast<double>(parts_.bytes_of(tile_, symbols)) + rdo::kRdoqWeight * error;
  };
  // Contexts move on with what is chosen: not every single choice pays.
  EXPECT_LE(cost(true), 1.005 * cost(false));
}

TEST_P(SymbolChoice, AnnealingIsRepeatableTellsItsProgressAndNeverCostsMore) {
  std::vector<double> heard;
  const EffortPlan effort{true, true, 12};
  const auto first =
      parts_.choose(tile_, effort, kLambda, [&](double share) { heard.push_back(share); });
  const auto second = parts_.choose(tile_, effort);
  EXPECT_EQ(first.latent, second.latent);
  const auto plain = parts_.choose(tile_, {true, true, 0, true});
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
  // With bits twenty times as dear as the quality's quantizer steps suppose, rounding is far from
  // the best.
  const Parts parts("fast");
  const auto tile = parts.analyse(image::to_float_rgb(waves(96, 96, 3, 8)));
  const auto cost = [&](int iterations) {
    return parts.choose(tile, {false, true, iterations, true}, kLambda / 20).cost;
  };
  EXPECT_LT(cost(60), 0.99 * cost(0));
}

TEST(Annealing, GoesByTheOddsItIsTold) {
  const Parts parts("fast");
  const auto tile = parts.analyse(image::to_float_rgb(waves(96, 96, 3, 8)));
  const auto plain =
      parts.coder->latent().values(parts.choose(tile, {true, true, 0}).latent, tile.indexes);
  const auto silent = [&](std::int16_t odds) {
    AnnealOptions options{12, kLambda, {}, {}};
    int asked = 0;
    options.odds = [&](const std::vector<std::int32_t>& symbols) {
      ++asked;
      return std::vector<rdo::OddsShift>(symbols.size(), {{odds, odds}, {odds, odds}});
    };
    const auto symbols = anneal(*parts.network, search(parts.coder->latent(), tile.indexes), tile,
                                plain, kQuality16, options);
    EXPECT_GT(asked, 1);
    return std::count(symbols.begin(), symbols.end(), 0);
  };
  EXPECT_GT(silent(-3550), silent(0));  // 20 bits
}

/// A model whose symbols stand for themselves, as those of older files do.
TEST(Annealing, SavesWithoutATrellisToo) {
  const Parts parts("classic");
  ASSERT_TRUE(parts.coder->latent().quantizer().empty());
  const auto tile = parts.analyse(image::to_float_rgb(waves(96, 96, 3, 8)));
  const auto cost = [&](int iterations) {
    return parts.choose(tile, {false, true, iterations, true}, kLambda / 20).cost;
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
  const CodingPlan plan = parts.plan(64, 64);
  const PlaneIndexes indexes = parts.coder->hyper_indexes(plan);
  std::vector<float> z(indexes.cdf_indexes.size(), 0.4F);
  for (const auto symbol : quantize_hyper(parts.coder->hyper(), z, indexes, plan))
    EXPECT_LE(std::abs(symbol), 1);
  z.assign(z.size(), std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(quantize_hyper(parts.coder->hyper(), z, indexes, plan).size(), z.size());
}

TEST(DistortionGradient, IsTheSlopeOfTheSquaredError) {
  const Parts parts("fast");
  // Samples beyond the picture do not count
  const auto rgb = image::to_float_rgb(waves(61, 45, 3, 8));
  model::Planes latent = parts.analyse(rgb).mean;
  const auto at = parts.network->distortion(latent, 0.5, rgb);
  for (const std::size_t i : {std::size_t{0}, latent.data.size() / 2, latent.data.size() - 1}) {
    constexpr float kStep = 0.05F;
    auto up = latent, down = latent;
    up.data[i] += kStep;
    down.data[i] -= kStep;
    const double slope = (parts.network->distortion(up, 0.5, rgb).error -
                          parts.network->distortion(down, 0.5, rgb).error) /
                         (2 * kStep);
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
