// The program's own runtime against LibTorch, its reference: every transform of every shipped
// model.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/base/files.h"
#include "imgcnn/base/thread_pool.h"
#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/nn/torch_network.h"
#include "imgcnn/runtime/native_network.h"

namespace imgcnn::nn {
namespace {

constexpr double kQualities[] = {0.0, 0.33, 0.6, 1.0};
constexpr int kStride = model::ModelConfig::kLatentStride;

/// The same numbers on every machine, of [0, 1).
class Noise {
 public:
  float next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<float>(state_ >> 40) / static_cast<float>(1 << 24);
  }

 private:
  std::uint64_t state_ = 1;
};

/// Slopes, waves and noise.
image::FloatImage picture_of(int height, int width, float noise) {
  Noise random;
  image::FloatImage picture{3, height, width, {}};
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const float wave =
            std::sin(0.05F * static_cast<float>((c + 1) * x) + 0.09F * static_cast<float>(y));
        const float slope = static_cast<float>(x + y) / static_cast<float>(width + height);
        picture.data.push_back(0.3F + 0.15F * wave + 0.3F * slope + noise * (random.next() - 0.5F));
      }
    }
  }
  return picture;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return largest;
}

double mean_difference(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  double sum = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    sum += std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
  return sum / static_cast<double>(a.size());
}

double mean_magnitude(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += std::abs(value);
  return sum / static_cast<double>(values.size());
}

model::Planes rounded(model::Planes planes) {
  for (float& value : planes.data) value = std::nearbyint(value);
  return planes;
}

class Runtimes : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string path = std::string(IMGCNN_MODELS_DIR "/") + GetParam() + ".safetensors";
    file_ = bitstream::parse_safetensors(read_file(path), path);
    config_ = model::read_config(file_, path);
    make_networks();
  }

  /// Anew after the configuration has changed.
  void make_networks() {
    native_ = runtime::make_native_network(file_, config_, pool_);
    torch_ = make_torch_network(file_, config_, "cpu", 1);
  }

  void compare(const image::FloatImage& picture, double quality) const {
    const auto latent = torch_->analysis(picture, quality);
    EXPECT_LT(largest_difference(native_->analysis(picture, quality).data, latent.data), 2e-3)
        << "analysis";
    compare_decoding(rounded(latent), quality);
    if (config_.hyper_channels == 0) return;
    const auto hyper = torch_->hyper_analysis(latent, quality);
    EXPECT_LT(largest_difference(native_->hyper_analysis(latent, quality).data, hyper.data), 1e-3)
        << "hyper analysis";
    const auto symbols = rounded(hyper);
    const auto mean = torch_->hyper_synthesis(symbols, quality, latent.height, latent.width);
    const auto native_mean =
        native_->hyper_synthesis(symbols, quality, latent.height, latent.width);
    EXPECT_LT(largest_difference(native_mean.data, mean.data), 0.1)
        << "hyper synthesis, in quantizer steps";
    EXPECT_NEAR(mean_magnitude(native_mean.data), mean_magnitude(mean.data), 1e-3);
  }

  /// Samples differ by less than half a level of 8 bits.
  void compare_decoding(const model::Planes& latent, double quality) const {
    constexpr double kHalfLevel = 0.5 / 255;
    EXPECT_LT(largest_difference(native_->synthesis(latent, quality).data,
                                 torch_->synthesis(latent, quality).data),
              kHalfLevel)
        << "synthesis";
    EXPECT_LT(largest_difference(native_->preview(latent, quality).data,
                                 torch_->preview(latent, quality).data),
              kHalfLevel)
        << "preview";
  }

  void compare_distortions() const {
    const auto picture = picture_of(4 * kStride - 5, 5 * kStride - 9, 0.1F);
    for (const double quality : {0.2, 0.8}) {
      const auto whole = picture_of(4 * kStride, 5 * kStride, 0.1F);
      const auto latent = rounded(torch_->analysis(whole, quality));
      const auto expected = torch_->distortion(latent, quality, picture);
      const auto found = native_->distortion(latent, quality, picture);
      EXPECT_NEAR(found.error, expected.error, 1e-3 * expected.error + 1e-3);
      // In the mean: where a feature lies on the edge of a bound, the gradient takes either way.
      EXPECT_LT(mean_difference(found.gradient.data, expected.gradient.data),
                0.01 * mean_magnitude(expected.gradient.data));
      const double visible = torch_->visible_error(latent, quality, picture);
      EXPECT_NEAR(native_->visible_error(latent, quality, picture), visible, 5e-3 * visible + 1e-3);
    }
  }

  ThreadPool pool_{2};
  bitstream::TensorFile file_;
  model::ModelConfig config_;
  std::unique_ptr<model::Network> native_, torch_;
};

TEST_P(Runtimes, AgreeOnPicturesOfAllShapes) {
  for (const auto& [rows, columns] : {std::pair{1, 1}, {1, 7}, {5, 2}, {3, 13}}) {
    for (const double quality : kQualities) {
      SCOPED_TRACE(std::to_string(columns) + "x" + std::to_string(rows) + ", " +
                   std::to_string(quality));
      compare(picture_of(kStride * rows, kStride * columns, 0.1F), quality);
    }
  }
}

TEST_P(Runtimes, AgreeOnNoise) { compare(picture_of(3 * kStride, 4 * kStride, 1.0F), 0.6); }

// Latents that no analysis gives: a file may hold any.
TEST_P(Runtimes, AgreeOnRandomLatents) {
  Noise random;
  model::Planes latent{config_.latent_channels, 3, 5, {}};
  latent.data.resize(static_cast<std::size_t>(latent.channels) * 15);
  for (float& value : latent.data) value = std::nearbyint(4 * (random.next() - 0.5F));
  compare_decoding(latent, 0.6);
}

TEST_P(Runtimes, AgreeOnDistortionAndItsGradient) { compare_distortions(); }

TEST_P(Runtimes, AgreeOnMixturesOfDistortions) {
  for (const auto& weights : {model::DistortionWeights{0, 0, 1}, {0.3, 0.2, 0.5}}) {
    SCOPED_TRACE(weights.mse);
    config_.distortion = weights;
    make_networks();
    compare_distortions();
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, Runtimes,
                         ::testing::Values("fast", "fast-ssim", "high", "classic"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace imgcnn::nn
