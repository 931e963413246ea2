#pragma once
// Small models with random weights, without LibTorch.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "image/random_pictures.h"
#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/model/config.h"
#include "imgcnn/model/network.h"
#include "imgcnn/runtime/native_network.h"
#include "test_kernels.h"

namespace imgcnn::runtime {

using image::wavy_picture;

/// By name: "fast", "fast_blocks" (whole blocks of channels), "classic_avg" and "classic_max". Most
/// counts of channels are no multiples of what a vector holds.
inline model::ModelConfig small_config(const std::string& name) {
  model::ModelConfig c;
  c.rate_knots = 3;
  if (name == "fast_blocks") {
    c.latent_channels = c.hyper_width = 32;
    c.hyper_channels = 16;
    c.widths = c.analysis_widths = {16, 48};
    c.analysis_blocks = c.synthesis_blocks = {1, 1};
  } else if (name == "fast") {
    c.latent_channels = 21;
    c.hyper_channels = 5;
    c.hyper_width = 12;
    c.widths = {9, 33};
    c.analysis_widths = {10, 17};
    c.analysis_blocks = {1, 2};
    c.synthesis_blocks = {3, 2};
  } else {
    c.architecture = "classic";
    c.pool = name == "classic_max" ? "max" : "avg";
    c.latent_channels = 19;
    c.hyper_channels = 0;
    c.widths = {5, 16, 18, 33};
    c.analysis_widths.clear();
    c.analysis_blocks.clear();
    c.synthesis_blocks.clear();
  }
  c.name = name;
  c.pixel_scale = 0.5;  // what the residual network adds is to be seen
  c.feature_bounds = {3, 4};
  return c;
}

/// Writes the tensors of a network.
class RandomWeights {
 public:
  explicit RandomWeights(const model::ModelConfig& config, unsigned seed = 1) : random_(seed) {
    factors("gain", config.rate_knots, config.latent_channels, 1);
    factors("step", config.rate_knots, config.latent_channels, -1);
    if (config.architecture == "classic")
      classic(config);
    else
      fast(config);
  }

  [[nodiscard]] const bitstream::TensorFile& file() const { return file_; }

 private:
  void put(const std::string& name, const std::vector<std::int64_t>& shape,
           const std::vector<float>& values) {
    bitstream::put_f32(file_, "weights." + name, shape, values);
  }

  void convolution(const std::string& name, int out, int in, int kernel = 1, float size = 1) {
    const int inputs = in * kernel * kernel;
    put(name + ".weight", {out, in, kernel, kernel},
        random_values(random_, static_cast<std::size_t>(out) * static_cast<std::size_t>(inputs),
                      size / std::sqrt(static_cast<float>(inputs))));
    put(name + ".bias", {out}, random_values(random_, static_cast<std::size_t>(out), 0.1F));
  }

  /// Logs around `middle`.
  void factors(const std::string& name, int knots, int channels, float middle) {
    auto logs = random_values(random_, static_cast<std::size_t>(knots * channels), 0.3F);
    for (float& log : logs) log += middle;
    put(name + ".log_knots", {knots, channels}, logs);
  }

  void positive(const std::string& name, int channels) {
    auto values = random_values(random_, static_cast<std::size_t>(channels));
    for (float& value : values) value = 0.5F + std::abs(value);
    put(name, {1, channels, 1, 1}, values);
  }

  void block(const std::string& name, int channels) {
    convolution(name + ".mix_in", channels, channels);
    convolution(name + ".mix_depthwise", channels, 1, 3);
    convolution(name + ".mix_out", channels, channels, 1, 0.5F);
    convolution(name + ".gate_in", 2 * channels, channels);
    convolution(name + ".gate_out", channels, channels, 1, 0.5F);
  }
  void blocks(const std::string& name, int count, int channels) {
    for (int i = 0; i < count; ++i) block(name + "." + std::to_string(i), channels);
  }

  void down(const std::string& name, int in, int out) {
    convolution(name + ".strided", out, in, 2);
    convolution(name + ".shortcut", out, in);
  }
  void up(const std::string& name, int in, int out) { convolution(name + ".expand", 4 * out, in); }

  void fast(const model::ModelConfig& c) {
    constexpr int kFine = 3 * 8 * 8, kCoarse = 3 * 16 * 16;
    const int latent = c.latent_channels, hyper = c.hyper_channels, width = c.hyper_width;
    factors("hyper_gain", c.rate_knots, hyper, 0.5F);
    positive("deviation", latent);
    positive("synthesis.deviation", latent);

    factors("analysis.rate", c.rate_knots, c.analysis_widths[0], 0);
    convolution("analysis.stem", c.analysis_widths[0], kFine, 1, 3);
    blocks("analysis.blocks8", c.analysis_blocks[0], c.analysis_widths[0]);
    down("analysis.down", c.analysis_widths[0], c.analysis_widths[1]);
    blocks("analysis.blocks16", c.analysis_blocks[1], c.analysis_widths[1]);
    convolution("analysis.linear", latent, kCoarse, 1, 3);
    convolution("analysis.head", latent, c.analysis_widths[1]);

    factors("synthesis.rate", c.rate_knots, c.widths[0], 0);
    convolution("synthesis.linear", kCoarse, latent, 1, 0.1F);
    convolution("synthesis.stem", c.widths[1], latent);
    blocks("synthesis.blocks16", c.synthesis_blocks[1], c.widths[1]);
    up("synthesis.up", c.widths[1], c.widths[0]);
    blocks("synthesis.blocks8", c.synthesis_blocks[0], c.widths[0]);
    convolution("synthesis.head", kFine, c.widths[0], 1, 0.2F);

    convolution("hyper_analysis.0", width, latent);
    block("hyper_analysis.1", width);
    down("hyper_analysis.2", width, width);
    block("hyper_analysis.3", width);
    down("hyper_analysis.4", width, width);
    convolution("hyper_analysis.5", hyper, width);

    convolution("hyper_synthesis.0", width, hyper, 3);
    up("hyper_synthesis.1", width, width);
    block("hyper_synthesis.2", width);
    up("hyper_synthesis.3", width, width);
    block("hyper_synthesis.4", width);
    convolution("hyper_synthesis.5", latent, width);
  }

  void classic(const model::ModelConfig& c) {
    for (std::size_t i = 0; i < c.widths.size(); ++i) {
      const int before = i == 0 ? 3 : c.widths[i - 1];
      convolution("encoder" + std::to_string(i), c.widths[i], before, 3, 1.4F);
      convolution("decoder" + std::to_string(i), before, c.widths[i], 3, i == 0 ? 0.3F : 1.4F);
    }
    convolution("bottleneck_in", c.latent_channels, c.widths.back());
    convolution("bottleneck_out", c.widths.back(), c.latent_channels);
  }

  Random random_;
  bitstream::TensorFile file_;
};

inline const auto kSmallConfigs =
    ::testing::Values("fast", "fast_blocks", "classic_avg", "classic_max");

/// A network with threads of its own.
class OwnNetwork {
 public:
  OwnNetwork(const bitstream::TensorFile& file, const model::ModelConfig& config, int threads)
      : pool_(std::make_unique<ThreadPool>(threads)),
        network_(make_native_network(file, config, *pool_)) {}
  [[nodiscard]] model::Network* operator->() const { return network_.get(); }
  [[nodiscard]] model::Network& operator*() const { return *network_; }

 private:
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<model::Network> network_;
};

inline OwnNetwork small_network(const model::ModelConfig& config, int threads = 1) {
  return {RandomWeights(config).file(), config, threads};
}

/// While it lives, networks that are made compute by the named instruction set, where the processor
/// has it.
class WithInstructionSet {
 public:
  explicit WithInstructionSet(const char* name) { setenv("IMGCNN_SIMD", name, 1); }
  ~WithInstructionSet() { unsetenv("IMGCNN_SIMD"); }
  WithInstructionSet(const WithInstructionSet&) = delete;
  WithInstructionSet& operator=(const WithInstructionSet&) = delete;
};

inline model::Planes random_planes(Random& random, int channels, int height, int width,
                                   float size = 3) {
  return {channels, height, width,
          random_values(
              random, static_cast<std::size_t>(channels) * static_cast<std::size_t>(height * width),
              size)};
}

/// Integers, as files hold them.
inline model::Planes random_symbols(Random& random, int channels, int height, int width) {
  auto planes = random_planes(random, channels, height, width);
  for (float& value : planes.data) value = std::round(value);
  return planes;
}

}  // namespace imgcnn::runtime
