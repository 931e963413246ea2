// Muon, SOAP and AdamW on problems with known answers.

#include "train/optimizer.h"

#include <gtest/gtest.h>

#include "imgcnn/nn/layers.h"
#include "model/tiny_config.h"

namespace imgcnn::train {
namespace {

/// A linear layer as a 1x1 convolution, large enough for Muon.
struct Regression : torch::nn::Module {
  Regression() : layer(register_module("layer", nn::Conv(32, 24, 1))) {}
  nn::Conv layer;
};

double fit(const std::string& optimizer_name, int steps) {
  torch::manual_seed(7);
  Regression module;
  const auto target = torch::randn({24, 32, 1, 1}) / 6;
  auto recipe = testing::tiny_recipe();
  recipe.optimizer = optimizer_name;
  recipe.learning_rate = 0.02;
  recipe.learning_rate_rest = 0.02;
  Optimizer optimizer(module, recipe, torch::kFloat32);
  double loss_value = 0;
  for (int i = 0; i < steps; ++i) {
    const auto x = torch::randn({16, 32, 1, 1});
    const auto loss = (module.layer(x) - torch::conv2d(x, target)).square().mean();
    loss.backward();
    optimizer.step(1.0 - static_cast<double>(i) / steps, 1.0);
    loss_value = loss.item<double>();
  }
  return loss_value;
}

TEST(Optimizer, MuonSolvesARegression) { EXPECT_LT(fit("muon", 400), 1e-3); }
TEST(Optimizer, AdamWSolvesARegression) { EXPECT_LT(fit("adamw", 400), 1e-3); }

TEST(Optimizer, SoapSolvesARegression) { EXPECT_LT(fit("soap", 400), 1e-3); }

TEST(Optimizer, SoapStepsAreEvenInTheEigenbasis) {
  // A gradient that stays as it is: in its own basis every step of Adam is the learning rate,
  // whatever the singular value. Small and in double precision, so that what rounding leaves beside
  // the diagonal lies below Adam's epsilon.
  torch::manual_seed(1);
  const auto options = torch::TensorOptions().dtype(torch::kFloat64);
  const auto basis = std::get<0>(torch::linalg_qr(torch::randn({24, 24}, options)));
  const auto gradient =
      basis.mm(torch::diag(torch::logspace(-4, -3, 24, 10.0, options))).mm(basis.t());
  Soap soap(24, 24, options);
  EXPECT_EQ(soap.direction(gradient, 1).abs().max().item<double>(), 0.0);
  torch::Tensor direction;
  for (int step = 2; step < 12; ++step) direction = soap.direction(gradient, step);
  EXPECT_LT((direction - torch::eye(24, options)).abs().max().item<double>(), 0.05);
}

TEST(Optimizer, SoapGoesOnFromItsState) {
  torch::manual_seed(3);
  const auto gradient = [] { return torch::randn({16, 20}); };
  Soap first(16, 20, torch::kFloat32), second(16, 20, torch::kFloat32);
  for (int step = 1; step <= 25; ++step) (void)first.direction(gradient(), step);
  std::map<std::string, torch::Tensor> from, to;
  first.add_to(from, "p");
  second.add_to(to, "p");
  ASSERT_EQ(from.size(), 6U);
  for (auto& [name, tensor] : to) tensor.copy_(from.at(name));
  for (int step = 26; step <= 40; ++step) {
    const auto g = gradient();
    EXPECT_TRUE(torch::equal(first.direction(g, step), second.direction(g, step))) << step;
  }
}

TEST(Optimizer, MuonTakesKernelsAndAdamTakesTheRest) {
  Regression module;
  auto recipe = testing::tiny_recipe();
  const Optimizer optimizer(module, recipe, torch::kFloat32);
  const auto state = optimizer.state();
  EXPECT_EQ(state.count("moment1.layer.weight"), 1U);
  EXPECT_EQ(state.count("moment2.layer.weight"), 0U);
  EXPECT_EQ(state.count("moment2.layer.bias"), 1U);
}

/// Kernels of different shapes that are the same matrix, and one beside them that no loss reaches.
struct Kernels : torch::nn::Module {
  Kernels() {
    first = register_module("first", nn::Conv(32, 24, 1));
    second = register_module("second", nn::Conv(8, 24, 2, 2));
    idle = register_module("idle", nn::Conv(32, 24, 1));
  }
  nn::Conv first{nullptr}, second{nullptr}, idle{nullptr};
};

TEST(Optimizer, KernelsStepTogetherAsEachWouldAlone) {
  const auto recipe = testing::tiny_recipe();
  torch::manual_seed(5);
  Kernels together;
  Regression alone;
  {
    torch::NoGradGuard no_grad;
    alone.layer->weight.copy_(together.first->weight);
  }
  const auto idle = together.idle->weight.detach().clone();
  const auto second = together.second->weight.detach().clone();
  Optimizer both(together, recipe, torch::kFloat32), one(alone, recipe, torch::kFloat32);
  for (int i = 0; i < 3; ++i) {
    const auto x = torch::randn({8, 32, 1, 1});
    together.first(x).square().sum().backward();
    together.second(torch::randn({8, 8, 2, 2})).square().sum().backward();
    alone.layer(x).square().sum().backward();
    both.step(1.0, 1e9);
    one.step(1.0, 1e9);
  }
  EXPECT_LT((together.first->weight - alone.layer->weight).abs().max().item<double>(), 1e-5);
  EXPECT_GT((together.second->weight - second).abs().max().item<double>(), 1e-5);
  EXPECT_TRUE(torch::equal(together.idle->weight, idle));
}

TEST(Optimizer, StepsAreEvenWhateverTheGradient) {
  // The first Muon step of any matrix moves it by learning rate * 0.2 sqrt(largest side) in every
  // direction.
  for (double scale : {1e-3, 1e3}) {
    torch::manual_seed(1);
    Regression module;
    auto recipe = testing::tiny_recipe();
    recipe.learning_rate = 0.01;
    Optimizer optimizer(module, recipe, torch::kFloat32);
    const auto before = module.layer->weight.detach().clone();
    (module.layer(torch::randn({64, 32, 1, 1})) * torch::randn({64, 24, 1, 1}) * scale)
        .sum()
        .backward();
    optimizer.step(1.0, 1e9);
    const auto singular =
        torch::linalg_svdvals((module.layer->weight - before).flatten(1).detach());
    const double expected = 0.01 * 0.2 * std::sqrt(32.0);
    EXPECT_GT(singular.max().item<double>(), 0.6 * expected);
    EXPECT_LT(singular.max().item<double>(), 1.3 * expected);
  }
}

}  // namespace
}  // namespace imgcnn::train
