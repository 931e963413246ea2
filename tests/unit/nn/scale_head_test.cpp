// The float scale head and its integer twin are one function.

#include <gtest/gtest.h>

#include "model/tiny_config.h"
#include "nn/fast_model.h"

namespace imgcnn::nn {
namespace {

TEST(ScaleHead, IntegersFollowTheFloats) {
  torch::manual_seed(5);
  torch::NoGradGuard no_grad;
  const auto config = testing::tiny_fast();
  ScaleHead head(config);
  for (auto& p : head->parameters()) p.add_(torch::randn_like(p) * 0.2);
  RateVectors hyper_gain(config.rate_knots, config.hyper_channels, 0.2, 1.0);
  const entropy::IntegerScaleNetwork network(head->freeze(hyper_gain), "test");

  constexpr int kHeight = 5, kWidth = 7;
  const auto z =
      torch::randint(-12, 13, {1, config.hyper_channels, kHeight, kWidth}).to(torch::kFloat32);
  const auto symbols = z.to(torch::kInt32).contiguous();
  for (int quality16 : {0, 7, 800, 1233, 1600}) {
    const auto quality = torch::full({1}, quality16 / 1600.0);
    const auto rows = head(z / hyper_gain(quality), quality);
    const auto integers = network.indexes(symbols.data_ptr<std::int32_t>(), kHeight, kWidth,
                                          quality16, 4 * kHeight, 4 * kWidth);
    const auto twin =
        torch::tensor(std::vector<int>(integers.begin(), integers.end())).view_as(rows);
    const auto difference = (twin - rows).abs();
    EXPECT_LT(difference.max().item<double>(), 1.1) << quality16;
    EXPECT_LT(difference.mean().item<double>(), 0.4) << quality16;  // rounding alone gives 0.25
  }
}

TEST(ScaleHead, SaturatedRowsDoNotRunAway) {
  // Rows far below zero: a loss that asks for still lower ones finds no gradient, one that asks for
  // higher ones does.
  torch::manual_seed(6);
  const auto config = testing::tiny_fast();
  ScaleHead head(config);
  {
    torch::NoGradGuard no_grad;
    for (auto& item : head->named_parameters()) {
      if (item.key() == "rate.log_knots") item.value().fill_(-100.0);
    }
  }
  const auto gradient_of = [&](double sign) {
    head->zero_grad();
    (sign * head(torch::ones({1, config.hyper_channels, 2, 2}), torch::full({1}, 0.5)))
        .sum()
        .backward();
    for (const auto& item : head->named_parameters()) {
      if (item.key() == "rate.log_knots") return item.value().grad().abs().sum().item<double>();
    }
    return -1.0;
  };
  EXPECT_EQ(gradient_of(1.0), 0.0);
  EXPECT_GT(gradient_of(-1.0), 0.0);
}

}  // namespace
}  // namespace imgcnn::nn
