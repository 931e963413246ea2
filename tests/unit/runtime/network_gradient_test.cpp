// The gradient that the encoder's search follows, against differences of the error.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <tuple>

#include "test_network.h"

namespace imgcnn::runtime {
namespace {

using Parameters = std::tuple<const char*, model::DistortionWeights>;

class NetworkGradient : public ::testing::TestWithParam<Parameters> {
 protected:
  void SetUp() override {
    config_.distortion = std::get<1>(GetParam());
    // Gradients that lead away from a bound are kept there, slopes are not
    config_.feature_bounds = {1e4, 1e4};
    network_.emplace(small_network(config_));
    latent_ = random_planes(random_, config_.latent_channels, 3, 4, 1);
    picture_ = wavy_picture(random_, 3 * 16 - 4, 4 * 16 - 7);
  }

  /// (error(latent + step * direction) - error(latent - step * direction)) / (2 step).
  [[nodiscard]] double slope(const std::vector<float>& direction, float step) {
    const auto error = [&](float by) {
      auto moved = latent_;
      for (std::size_t i = 0; i < moved.data.size(); ++i) moved.data[i] += by * direction[i];
      return (*network_)->distortion(moved, kQuality, picture_).error;
    };
    return (error(step) - error(-step)) / (2 * static_cast<double>(step));
  }

  static constexpr double kQuality = 0.4;
  model::ModelConfig config_ = small_config(std::get<0>(GetParam()));
  Random random_{5};
  std::optional<OwnNetwork> network_;
  model::Planes latent_;
  image::FloatImage picture_;
};

TEST_P(NetworkGradient, IsTheSlopeOfTheError) {
  const auto gradient = (*network_)->distortion(latent_, kQuality, picture_).gradient;
  ASSERT_EQ(gradient.data.size(), latent_.data.size());
  double square = 0;
  for (const float value : gradient.data) square += static_cast<double>(value) * value;
  const double length = std::sqrt(square);
  ASSERT_GT(length, 0.0);

  // Where it leads, the error rises by its length.
  auto along = gradient.data;
  for (float& value : along) value = static_cast<float>(value / length);
  EXPECT_NEAR(slope(along, 0.01F), length, 0.01 * length);

  // Elsewhere by the projection: random directions of length one, and single values.
  for (int i = 0; i < 20; ++i) {
    std::vector<float> direction(latent_.data.size());
    if (i < 10) {
      direction = random_values(random_, direction.size(),
                                1 / std::sqrt(static_cast<float>(direction.size())));
    } else {
      direction[random_() % direction.size()] = 1;
    }
    double expected = 0;
    for (std::size_t k = 0; k < direction.size(); ++k)
      expected += static_cast<double>(direction[k]) * gradient.data[k];
    EXPECT_NEAR(slope(direction, 0.01F), expected, 0.01 * length)
        << (i < 10 ? "direction " : "value ") << i;
  }
}

// The error of the search is in float32, that of what is shown in integers, after clamping.
TEST_P(NetworkGradient, ComesWithTheErrorOfWhatIsShown) {
  const auto shown = (*network_)->synthesis(latent_, kQuality);
  const bool in_range = std::all_of(shown.data.begin(), shown.data.end(),
                                    [](float sample) { return sample >= 0 && sample <= 1; });
  const double error = (*network_)->distortion(latent_, kQuality, picture_).error;
  const double visible = (*network_)->visible_error(latent_, kQuality, picture_);
  EXPECT_GT(error, 0.0);
  if (in_range)
    EXPECT_NEAR(visible, error, 0.02 * error);
  else
    EXPECT_LT(visible, 1.02 * error);
}

INSTANTIATE_TEST_SUITE_P(Models, NetworkGradient,
                         ::testing::Combine(kSmallConfigs,
                                            ::testing::Values(model::DistortionWeights{1, 0, 0},
                                                              model::DistortionWeights{0, 1, 0})));

}  // namespace
}  // namespace imgcnn::runtime
