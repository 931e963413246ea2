// Growth: the same function, room to learn, and refusal of what cannot grow.

#include "imgcnn/nn/growth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "imgcnn/base/error.h"
#include "imgcnn/nn/layers.h"
#include "imgcnn/nn/weights.h"
#include "model/tiny_config.h"

namespace imgcnn::nn {
namespace {

/// A small network and the larger one that started from it. No weight is at its start: layers that
/// begin at zero hide others.
class Growth : public ::testing::Test {
 protected:
  Growth() {
    torch::manual_seed(1);
    x_ = torch::rand({2, 3, 128, 128});
    small_ = make_model(testing::tiny_fast());
    {
      torch::NoGradGuard no_grad;
      for (auto& p : small_->parameters()) p.add_(torch::randn_like(p) * 0.1);
    }
    file_ = freeze_model(*small_);
    large_ = make_model(testing::less_tiny_fast());
    grew_ = load_or_grow_weights(file_, kWeightsPrefix, "test", *large_);
  }

  static void expect_close(const torch::Tensor& a, const torch::Tensor& b) {
    ASSERT_EQ(a.sizes(), b.sizes());
    EXPECT_LT((a - b).abs().max().item<double>(), 1e-4 * a.abs().max().item<double>());
  }

  /// Gradients of the larger network for a loss in which all its parts have a share.
  void backward() {
    for (auto& p : large_->parameters()) p.mutable_grad() = torch::Tensor();
    const auto output = large_->forward(x_, quality_);
    ((output.latent_bits + output.hyper_bits).mean() / 16384 +
     500 * (output.x_hat - x_).square().mean())
        .backward();
  }

  static double largest(const torch::Tensor& t) { return t.abs().max().item<double>(); }

  torch::Tensor gradient(const std::string& name) {
    return large_->named_parameters()[name].grad();
  }

  std::shared_ptr<CompressionModel> small_, large_;
  bitstream::TensorFile file_;
  bool grew_ = false;
  torch::Tensor x_, quality_ = torch::tensor({0.2F, 0.85F});
};

TEST_F(Growth, KeepsTheFunction) {
  torch::NoGradGuard no_grad;
  EXPECT_TRUE(grew_);
  EXPECT_GT(parameter_count(*large_), parameter_count(*small_));
  const auto y = small_->analysis(x_, quality_);
  expect_close(y, large_->analysis(x_, quality_));
  const auto z = small_->hyper_analysis(y, quality_);
  expect_close(z, large_->hyper_analysis(y, quality_));
  expect_close(small_->hyper_synthesis(z, quality_, 8, 8),
               large_->hyper_synthesis(z, quality_, 8, 8));
  expect_close(small_->synthesis(y, quality_), large_->synthesis(y, quality_));
  torch::manual_seed(2);
  const auto before = small_->forward(x_, quality_);
  torch::manual_seed(2);  // the same noise
  const auto after = large_->forward(x_, quality_);
  expect_close(before.latent_bits, after.latent_bits);
  expect_close(before.hyper_bits, after.hyper_bits);
}

TEST_F(Growth, ZerosBetweenOldAndNewMoveAtOnce) {
  backward();
  for (const char* head :
       {"analysis.head", "synthesis.head", "hyper_analysis.5", "hyper_synthesis.5"}) {
    const auto weight = small_->named_parameters()[std::string(head) + ".weight"];
    const auto grown = gradient(std::string(head) + ".weight");
    EXPECT_GT(largest(grown.slice(1, weight.size(1))), 0.0) << head;
  }
  for (const char* block : {"analysis.blocks8.1", "analysis.blocks16.2", "synthesis.blocks16.1",
                            "synthesis.blocks8.2"}) {
    EXPECT_GT(largest(gradient(std::string(block) + ".mix_out.weight")), 0.0) << block;
    EXPECT_GT(largest(gradient(std::string(block) + ".gate_out.weight")), 0.0) << block;
  }
}

TEST_F(Growth, EveryNewWeightLearnsAfterTwoSteps) {
  torch::optim::Adam optimizer(large_->parameters(), 1e-3);
  for (int i = 0; i < 2; ++i) {
    backward();
    optimizer.step();
  }
  backward();
  const auto old = small_->named_parameters();
  for (const auto& item : large_->named_parameters()) {
    auto grown = item.value().grad();
    ASSERT_TRUE(grown.defined()) << item.key();
    if (const auto* found = old.find(item.key())) {
      if (grown.size(0) > found->size(0)) grown = grown.slice(0, found->size(0));
    }
    EXPECT_GT(largest(grown), 0.0) << item.key();
  }
}

TEST_F(Growth, EqualShapesAreLoadedAsTheyAre) {
  auto config = small_->config();
  config.name = "other";
  const auto same = make_model(config);
  EXPECT_FALSE(load_or_grow_weights(file_, kWeightsPrefix, "test", *same));
  const auto a = small_->named_parameters(), b = same->named_parameters();
  for (const auto& item : a) expect_close(item.value(), b[item.key()]);

  auto bare = file_;  // without a config, weights can only fit
  bare.metadata.clear();
  EXPECT_FALSE(load_or_grow_weights(bare, kWeightsPrefix, "test", *same));
  EXPECT_THROW((void)load_or_grow_weights(bare, kWeightsPrefix, "test", *large_), Error);
  auto damaged = file_;
  damaged.tensors.erase("weights.analysis.blocks8.0.mix_out.bias");
  EXPECT_THROW((void)load_or_grow_weights(damaged, kWeightsPrefix, "test", *large_), Error);
}

TEST_F(Growth, RateKnotsKeepTheirLambdas) {
  torch::NoGradGuard no_grad;
  const auto old = small_->config();
  const double knot = std::pow(old.lambda_max / old.lambda_min, 1.0 / (old.rate_knots - 1));
  auto config = old;  // one knot lower: quality 1/3 of the new is quality 0 of the old
  config.lambda_min /= knot;
  config.lambda_max /= knot;
  const auto moved = make_model(config);
  EXPECT_FALSE(load_or_grow_weights(file_, kWeightsPrefix, "test", *moved));
  const auto before = torch::tensor({0.1F, 0.6F});
  const auto after = before + 1.0F / 3;
  for (int i = 0; i < 2; ++i)
    EXPECT_NEAR(old.lambda(before[i].item<double>()), config.lambda(after[i].item<double>()), 1e-8);
  const auto y = small_->analysis(x_, before);
  expect_close(y, moved->analysis(x_, after));
  expect_close(small_->synthesis(y, before), moved->synthesis(y, after));
  // Below what the old knew its first line goes on.
  const auto knots = small_->named_parameters()["gain.log_knots"];
  expect_close(2 * knots[0] - knots[1], moved->named_parameters()["gain.log_knots"][0]);

  auto wider = testing::less_tiny_fast();
  wider.lambda_min /= knot;
  wider.lambda_max /= knot;
  const auto grown = make_model(wider);
  EXPECT_TRUE(load_or_grow_weights(file_, kWeightsPrefix, "test", *grown));
  expect_close(y, grown->analysis(x_, after));
}

TEST_F(Growth, RateKnotsMoveWhereTheModelLies) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device here: not tested";
  auto config = small_->config();
  config.lambda_max *= 1.5;
  const auto there = make_model(config), here = make_model(config);
  there->to(torch::kCUDA);
  (void)load_or_grow_weights(file_, kWeightsPrefix, "test", *there);
  (void)load_or_grow_weights(file_, kWeightsPrefix, "test", *here);
  for (const auto& item : here->named_parameters())
    expect_close(item.value(), there->named_parameters()[item.key()].to(torch::kCPU));
}

TEST(GrowthRules, RefusalsNameTheFileAndTheKey) {
  const auto expect_refused = [](const char* key,
                                 const std::function<void(model::ModelConfig&)>& change) {
    auto config = testing::less_tiny_fast();
    change(config);
    try {
      require_growable(testing::tiny_fast(), config, "old.safetensors");
      FAIL() << "accepted another " << key;
    } catch (const Error& e) {
      const std::string message = e.what();
      EXPECT_EQ(e.code(), ErrorCode::kInvalidArgument);
      EXPECT_NE(message.find("old.safetensors: "), std::string::npos) << message;
      EXPECT_NE(message.find(key), std::string::npos) << message;
      EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    }
  };
  expect_refused("widths", [](model::ModelConfig& c) { c.widths = {12, 15}; });
  expect_refused("analysis_widths", [](model::ModelConfig& c) { c.analysis_widths = {12, 15}; });
  expect_refused("hyper_width", [](model::ModelConfig& c) { c.hyper_width = 7; });
  expect_refused("analysis_blocks", [](model::ModelConfig& c) { c.analysis_blocks = {0, 3}; });
  expect_refused("synthesis_blocks", [](model::ModelConfig& c) { c.synthesis_blocks = {3, 0}; });
  expect_refused("latent_channels", [](model::ModelConfig& c) { c.latent_channels = 32; });
  expect_refused("hyper_channels", [](model::ModelConfig& c) { c.hyper_channels = 9; });
  expect_refused("scale_hidden", [](model::ModelConfig& c) { c.scale_hidden = 16; });
  expect_refused("rate_knots", [](model::ModelConfig& c) { c.rate_knots = 5; });
  expect_refused("scale_rows", [](model::ModelConfig& c) { c.scale_rows = 64; });
  expect_refused("pixel_scale", [](model::ModelConfig& c) { c.pixel_scale = 0.1; });
  expect_refused("architecture", [](model::ModelConfig& c) { c = testing::tiny_classic(); });
}

TEST(GrowthRules, ClassicDoesNotGrowAndFastGrowsIntoHigh) {
  auto wider = testing::tiny_classic();
  wider.widths[0] = 8;
  EXPECT_THROW(require_growable(testing::tiny_classic(), wider, "test"), Error);
  EXPECT_NO_THROW(require_growable(model::load_preset("fast").config,
                                   model::load_preset("high").config, "test"));
  EXPECT_THROW(require_growable(model::load_preset("high").config,
                                model::load_preset("fast").config, "test"),
               Error);
}

}  // namespace
}  // namespace imgcnn::nn
