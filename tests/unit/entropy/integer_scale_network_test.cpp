// The integer scale network against a plain 64-bit one, and its refusals.

#include "imgcnn/entropy/integer_scale_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "imgcnn/base/error.h"

namespace imgcnn::entropy {
namespace {

template <typename T>
std::vector<T> random_values(std::mt19937& random, int count, int low, int high) {
  std::vector<T> values(static_cast<std::size_t>(count));
  std::uniform_int_distribution<int> distribution(low, high);
  for (T& value : values) value = static_cast<T>(distribution(random));
  return values;
}

IntegerScaleNetwork::Weights random_weights(std::mt19937& random, int hyper_channels, int hidden,
                                            int latent_channels) {
  IntegerScaleNetwork::Weights w;
  w.hyper_channels = hyper_channels;
  w.hidden = hidden;
  w.latent_channels = latent_channels;
  w.cdf_count = 60;
  w.input_scale = random_values<std::int32_t>(random, 101 * hyper_channels, 0, 5000);
  w.hidden_weight = random_values<std::int16_t>(random, hidden * hyper_channels * 9, -3000, 3000);
  w.hidden_bias = random_values<std::int32_t>(random, hidden, -1000000, 1000000);
  w.index_weight = random_values<std::int16_t>(random, latent_channels * 16 * hidden, -3000, 3000);
  w.index_bias = random_values<std::int32_t>(random, latent_channels * 16, -1000000, 1000000);
  w.rate_bias = random_values<std::int32_t>(random, 101 * latent_channels, -1000000, 1000000);
  w.input_shift = 5;
  w.hidden_shift = 13;
  w.index_shift = 18;
  return w;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

std::int64_t rounded(std::int64_t v, int shift) {
  const std::int64_t unit = std::int64_t{1} << shift;
  return floor_div(2 * v + unit, 2 * unit);
}

std::int64_t curve(const std::vector<std::int32_t>& knots, int channels, int channel,
                   int quality16) {
  const int k = quality16 / 16;
  const std::int64_t f = quality16 % 16;
  const std::int64_t a = knots[static_cast<std::size_t>(k * channels + channel)];
  const std::int64_t b = f == 0 ? 0 : knots[static_cast<std::size_t>((k + 1) * channels + channel)];
  return floor_div(a * (16 - f) + b * f + 8, 16);
}

// One output straight from the definition.
std::uint16_t reference(const IntegerScaleNetwork::Weights& w,
                        const std::vector<std::int32_t>& hyper, int hz, int wz, int quality16,
                        int channel, int y, int x) {
  const auto at = [](const auto& values, int i) {
    return std::int64_t{values[static_cast<std::size_t>(i)]};
  };
  const int output = channel * 16 + y % 4 * 4 + x % 4;
  std::int64_t sum =
      at(w.index_bias, output) + curve(w.rate_bias, w.latent_channels, channel, quality16);
  for (int h = 0; h < w.hidden; ++h) {
    std::int64_t inner = at(w.hidden_bias, h);
    for (int c = 0; c < w.hyper_channels; ++c) {
      for (int dy = 0; dy < 3; ++dy) {
        for (int dx = 0; dx < 3; ++dx) {
          const int zy = y / 4 + dy - 1;
          const int zx = x / 4 + dx - 1;
          if (zy < 0 || zx < 0 || zy >= hz || zx >= wz) continue;
          const std::int64_t z =
              std::clamp<std::int64_t>(at(hyper, (c * hz + zy) * wz + zx), -1048576, 1048576);
          const std::int64_t t =
              rounded(z * curve(w.input_scale, w.hyper_channels, c, quality16), w.input_shift);
          inner += at(w.hidden_weight, ((h * w.hyper_channels + c) * 3 + dy) * 3 + dx) *
                   std::clamp<std::int64_t>(t, -4095, 4095);
        }
      }
    }
    sum += at(w.index_weight, output * w.hidden + h) *
           std::clamp<std::int64_t>(rounded(inner, w.hidden_shift), 0, 4095);
  }
  return static_cast<std::uint16_t>(
      std::clamp<std::int64_t>(rounded(sum, w.index_shift), 0, w.cdf_count - 1));
}

TEST(IntegerScaleNetwork, EqualsThePlainDefinition) {
  std::mt19937 random(1);
  const int sizes[][4] = {{1, 1, 1, 1}, {1, 1, 4, 4}, {2, 3, 5, 11}, {3, 2, 12, 8}, {4, 5, 1, 20}};
  for (const auto& [hz, wz, h, w] : sizes) {
    const IntegerScaleNetwork::Weights weights = random_weights(random, 5, 7, 3);
    const IntegerScaleNetwork network(weights, "scale");
    for (const int quality16 : {0, 7, 808, 1599, 1600}) {
      auto hyper = random_values<std::int32_t>(random, 5 * hz * wz, -40, 40);
      hyper[0] = INT32_MAX;
      hyper.back() = INT32_MIN;
      const auto result = network.indexes(hyper.data(), hz, wz, quality16, h, w);
      ASSERT_EQ(result.size(), static_cast<std::size_t>(3 * h * w));
      std::size_t i = 0;
      for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < h; ++y) {
          for (int x = 0; x < w; ++x, ++i) {
            ASSERT_EQ(result[i], reference(weights, hyper, hz, wz, quality16, c, y, x))
                << c << " " << y << " " << x;
          }
        }
      }
      EXPECT_NE(*std::min_element(result.begin(), result.end()),
                *std::max_element(result.begin(), result.end()));
    }
  }
}

TEST(IntegerScaleNetwork, RefusesSumsThatCouldOverflow) {
  std::mt19937 random(2);
  const auto accepted = [](const IntegerScaleNetwork::Weights& w) {
    try {
      const IntegerScaleNetwork network(w, "scale");
      return true;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
      return false;
    }
  };
  const IntegerScaleNetwork::Weights good = random_weights(random, 4, 6, 2);
  EXPECT_TRUE(accepted(good));
  IntegerScaleNetwork::Weights w = good;
  w.hidden_bias[3] = INT32_MIN;
  EXPECT_FALSE(accepted(w));
  w = good;
  std::fill_n(w.hidden_weight.begin(), 36, std::int16_t{-32768});  // 36 * 32768 * 4095 > 2^31
  EXPECT_FALSE(accepted(w));
  w = good;
  w.rate_bias[100] = INT32_MAX;
  EXPECT_FALSE(accepted(w));
  w = good;
  w.index_bias[5] = INT32_MIN;
  EXPECT_FALSE(accepted(w));
}

TEST(IntegerScaleNetwork, TheLargestAllowedSumsAreExact) {
  IntegerScaleNetwork::Weights w;
  w.hyper_channels = w.hidden = w.latent_channels = 1;
  w.cdf_count = 65536;
  w.input_scale.assign(101, 1);
  w.hidden_weight.assign(9, 32767);
  w.hidden_bias = {INT32_MAX - 9 * 32767 * 4095 - 1};
  w.hidden_shift = 1;
  w.index_weight.assign(16, 32767);
  w.index_bias.assign(16, INT32_MAX - 32767 * 4095);
  w.rate_bias.assign(101, 0);
  const IntegerScaleNetwork network(w, "scale");
  const std::vector<std::int32_t> hyper(9, kMaxActivation);
  EXPECT_EQ(network.indexes(hyper.data(), 3, 3, 0, 12, 12)[5 * 12 + 5], 65535);
  ++w.hidden_bias[0];
  EXPECT_THROW(IntegerScaleNetwork(w, "scale"), Error);
}

TEST(IntegerScaleNetwork, RefusesShapesThatDoNotFit) {
  std::mt19937 random(3);
  const IntegerScaleNetwork::Weights good = random_weights(random, 2, 3, 2);
  const auto expect_refused = [&](auto change) {
    IntegerScaleNetwork::Weights w = good;
    change(w);
    EXPECT_THROW(IntegerScaleNetwork(w, "scale"), Error);
  };
  expect_refused([](auto& w) { w.hyper_channels = 0; });
  expect_refused([](auto& w) { w.hidden = -1; });
  expect_refused([](auto& w) { w.latent_channels = 5000; });
  expect_refused([](auto& w) { w.cdf_count = 0; });
  expect_refused([](auto& w) { w.cdf_count = 65537; });
  expect_refused([](auto& w) { w.input_shift = 31; });
  expect_refused([](auto& w) { w.hidden_shift = -1; });
  expect_refused([](auto& w) { w.input_scale[7] = -1; });
  expect_refused([](auto& w) { w.input_scale.pop_back(); });
  expect_refused([](auto& w) { w.hidden_weight.pop_back(); });
  expect_refused([](auto& w) { w.hidden_bias.pop_back(); });
  expect_refused([](auto& w) { w.index_weight.pop_back(); });
  expect_refused([](auto& w) { w.index_bias.pop_back(); });
  expect_refused([](auto& w) { w.rate_bias.pop_back(); });

  const IntegerScaleNetwork network(good, "scale");
  const std::vector<std::int32_t> hyper(2 * 2 * 2);
  EXPECT_THROW((void)network.indexes(hyper.data(), 2, 2, 0, 9, 8), Error);
  EXPECT_THROW((void)network.indexes(hyper.data(), 2, 2, 0, 8, 9), Error);
  EXPECT_THROW((void)network.indexes(hyper.data(), 2, 2, 0, 0, 8), Error);
  EXPECT_THROW((void)network.indexes(hyper.data(), 2, 2, 1601, 8, 8), Error);
}

}  // namespace
}  // namespace imgcnn::entropy
