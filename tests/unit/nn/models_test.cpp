// Both architectures: shapes, gradients, and a loss that falls.

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <string>

#include "imgcnn/base/error.h"
#include "imgcnn/nn/compression_model.h"
#include "model/tiny_config.h"

namespace imgcnn::nn {
namespace {

class Models : public ::testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] static model::ModelConfig config() {
    const std::string name = GetParam();
    return name == "fast" ? testing::tiny_fast() : testing::tiny_classic(name.c_str());
  }
};

TEST_P(Models, ShapesAndFiniteNumbers) {
  torch::manual_seed(1);
  const auto model = make_model(config());
  const auto x = torch::rand({2, 3, 64, 128});
  const auto output = model->forward(x, torch::tensor({0.1F, 0.9F}));
  EXPECT_EQ(output.x_hat.sizes(), x.sizes());
  EXPECT_EQ(output.latent_bits.sizes(), torch::IntArrayRef({2}));
  EXPECT_TRUE(torch::isfinite(output.x_hat).all().item<bool>());
  EXPECT_GT(output.latent_bits.min().item<float>(), 0.0F);
}

TEST_P(Models, EveryWeightFeelsTheLoss) {
  torch::manual_seed(2);
  const auto model = make_model(config());
  {
    // Output layers that start at zero would hide what lies before them
    torch::NoGradGuard no_grad;
    for (auto& p : model->parameters()) p.add_(torch::randn_like(p) * 0.02);
  }
  const auto x = torch::rand({2, 3, 64, 64});
  const auto output = model->forward(x, torch::tensor({0.2F, 0.7F}));
  ((output.latent_bits + output.hyper_bits).mean() / 4096 +
   500 * (output.x_hat - x).square().mean())
      .backward();
  for (const auto& item : model->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().max().item<float>(), 0.0F) << item.key();
  }
}

TEST_P(Models, LearnsOnePatch) {
  torch::manual_seed(3);
  const auto model = make_model(config());
  torch::optim::Adam optimizer(model->parameters(), 3e-3);
  const auto x = torch::nn::functional::interpolate(torch::rand({1, 3, 8, 8}),
                                                    torch::nn::functional::InterpolateFuncOptions()
                                                        .size(std::vector<std::int64_t>{64, 64})
                                                        .mode(torch::kNearest));
  double first = 0, last = 0;
  for (int i = 0; i < 60; ++i) {
    const auto output = model->forward(x, torch::tensor({0.5F}));
    const auto loss = (output.latent_bits + output.hyper_bits).mean() / 4096 +
                      900 * (output.x_hat - x).square().mean();
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    (i == 0 ? first : last) = loss.item<double>();
  }
  EXPECT_LT(last, 0.8 * first);
}

TEST_P(Models, CodingPathAgreesWithTheTrainingPath) {
  torch::manual_seed(4);
  torch::NoGradGuard no_grad;
  const auto model = make_model(config());
  const auto x = torch::rand({1, 3, 64, 64});
  const auto quality = torch::tensor({0.6F});
  const auto y = model->analysis(x, quality);
  auto y_hat = torch::round(y);
  if (model->config().hyper_channels > 0) {
    const auto z_hat = torch::round(model->hyper_analysis(y, quality));
    const auto mean = model->hyper_synthesis(z_hat, quality, y.size(2), y.size(3));
    y_hat = torch::round(y - mean) + mean;
  }
  // forward draws noise for the rate only, so its picture is the decoder's.
  EXPECT_TRUE(torch::allclose(model->synthesis(y_hat, quality), model->forward(x, quality).x_hat,
                              1e-3, 1e-3));
}

INSTANTIATE_TEST_SUITE_P(Architectures, Models, ::testing::Values("fast", "max", "avg"));

TEST(FastModel, TakesAnyMultipleOfSixteen) {
  torch::NoGradGuard no_grad;
  const auto model = make_model(testing::tiny_fast());
  const auto quality = torch::tensor({0.5F});
  const auto y = model->analysis(torch::rand({1, 3, 16, 80}), quality);
  const auto z = model->hyper_analysis(y, quality);
  EXPECT_EQ(z.size(2), 1);
  EXPECT_EQ(z.size(3), 2);
  EXPECT_EQ(model->hyper_synthesis(z, quality, 1, 5).sizes(), y.sizes());
}

TEST(FastModel, AsCodedReachesTheSynthesisAlone) {
  torch::manual_seed(7);
  const auto model = make_model(testing::tiny_fast());
  {
    torch::NoGradGuard no_grad;  // near the linear path, where synthesis undoes analysis
    for (auto& p : model->parameters()) p.add_(torch::randn_like(p) * 0.002);
  }
  const auto x =
      // Which its few atoms can show
      torch::rand({2, 3, 4, 8}).repeat_interleave(16, 2).repeat_interleave(16, 3);
  const auto quality = torch::tensor({0.3F, 0.8F});
  const auto coded = model->forward_quantized(x, quality);
  EXPECT_EQ(coded.x_hat.sizes(), x.sizes());
  EXPECT_GT(coded.latent_bits.min().item<float>(), 0.0F);
  (coded.x_hat - x).square().mean().backward();
  for (const auto& item : model->named_parameters()) {
    const bool decoder =
        item.key().rfind("synthesis.", 0) == 0 || item.key().rfind("step.", 0) == 0;
    EXPECT_EQ(item.value().grad().defined(), decoder) << item.key();
  }
  // Fewer bits and a worse picture than rounding, both by little.
  torch::NoGradGuard no_grad;
  const auto error = [&](const torch::Tensor& shown) {
    return (shown - x).square().mean().item<double>();
  };
  EXPECT_LT(error(model->forward(x, quality).x_hat), error(coded.x_hat) + 1e-9);
  EXPECT_LT(error(coded.x_hat), 2 * error(model->forward(x, quality).x_hat));
}

TEST(ClassicModel, HasNoDecoderToTuneAlone) {
  const auto model = make_model(testing::tiny_classic());
  EXPECT_THROW((void)model->forward_quantized(torch::rand({1, 3, 64, 64}), torch::tensor({0.5F})),
               Error);
}

TEST(FastModel, StartsNearItsLinearPath) {
  torch::manual_seed(6);
  torch::NoGradGuard no_grad;
  const auto model = make_model(model::load_preset("fast").config);
  // A smooth ramp lies in the span of the kept atoms: even fresh weights reproduce it at a high
  // rate.
  const auto ramp =
      torch::linspace(0.2, 0.8, 64).view({1, 1, 1, 64}).expand({1, 3, 64, 64}).contiguous();
  const auto error =
      (model->forward(ramp, torch::tensor({1.0F})).x_hat - ramp).square().mean().item<double>();
  EXPECT_GT(-10 * std::log10(error), 25.0);
}

TEST(FastModel, FeaturesOfTheSynthesisStayBounded) {
  torch::NoGradGuard no_grad;
  torch::manual_seed(5);
  auto config = testing::tiny_fast();
  config.feature_bounds = {7, 100};
  const auto model = make_model(config);
  const auto parameters = model->named_parameters();
  auto head = parameters["synthesis.head.weight"];
  head.normal_(0.0, 0.1);
  const double limit = config.pixel_scale * config.feature_bounds[0] *
                       head.flatten(1).abs().sum(1).max().item<double>();
  for (const auto& item : parameters) {
    const bool gate =
        item.key().find("synthesis.blocks") == 0 && item.key().find(".gate_") != std::string::npos;
    if (gate) item.value().mul_(1000);
  }
  const auto quality = torch::tensor({0.5F});
  const auto y = torch::randn({1, config.latent_channels, 4, 4}) * 20;
  const auto wild = model->synthesis(y, quality);
  head.zero_();
  const double reach = (wild - model->synthesis(y, quality)).abs().max().item<double>();
  EXPECT_LT(reach, 1.001 * limit);
  EXPECT_GT(reach, 0.2 * limit);  // the bound was met
}

}  // namespace
}  // namespace imgcnn::nn
