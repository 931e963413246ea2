// Whole networks: the same results for every instruction set, number of threads, window and caller.

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "test_network.h"

namespace imgcnn::runtime {
namespace {

struct Size {
  int height, width;
};
constexpr Size kLatentSizes[] = {{1, 1}, {1, 5}, {7, 3}, {4, 4}, {18, 51}};

std::string text_of(Size size) {
  return std::to_string(size.height) + "x" + std::to_string(size.width);
}

/// What functions of a network return: shapes and data, one after the other.
struct Results {
  std::vector<int> shapes;
  std::vector<float> data;
  std::vector<double> errors;

  template <class T>
  void add(const T& planes) {
    shapes.insert(shapes.end(), {planes.channels, planes.height, planes.width});
    data.insert(data.end(), planes.data.begin(), planes.data.end());
    EXPECT_EQ(planes.data.size(),
              static_cast<std::size_t>(planes.channels * planes.height * planes.width));
  }

  [[nodiscard]] bool operator==(const Results& other) const {
    return shapes == other.shapes && errors == other.errors && same_bits(data, other.data);
  }
};

/// What to ask a network.
struct Question {
  const model::ModelConfig& config;
  double quality;
  model::Planes latent, hyper;
  image::FloatImage padded, picture;

  Question(Random& random, const model::ModelConfig& of, Size size, double at)
      : config(of),
        quality(at),
        latent(random_symbols(random, of.latent_channels, size.height, size.width)),
        hyper(
            random_symbols(random, of.hyper_channels, (size.height + 3) / 4, (size.width + 3) / 4)),
        padded(wavy_picture(random, 16 * size.height, 16 * size.width, 0.02F)),
        picture(wavy_picture(random, 16 * size.height - 5, 16 * size.width - 13, 0.02F)) {}

  [[nodiscard]] bool has_hyper() const { return config.hyper_channels > 0; }

  /// What a decoder computes.
  [[nodiscard]] Results decoded(model::Network& network) const {
    Results results;
    results.add(network.synthesis(latent, quality));
    results.add(network.preview(latent, quality));
    if (has_hyper())
      results.add(network.hyper_synthesis(hyper, quality, latent.height, latent.width));
    return results;
  }
  /// What an encoder computes besides.
  [[nodiscard]] Results encoded(model::Network& network) const {
    Results results;
    results.add(network.analysis(padded, quality));
    if (has_hyper()) results.add(network.hyper_analysis(latent, quality));
    const auto distortion = network.distortion(latent, quality, picture);
    results.add(distortion.gradient);
    results.errors = {distortion.error, network.visible_error(latent, quality, picture)};
    return results;
  }
};

class NativeNetwork : public ::testing::TestWithParam<const char*> {
 protected:
  model::ModelConfig config_ = small_config(GetParam());
  Random random_{7};
};

TEST_P(NativeNetwork, GivesPlanesOfTheRightSizes) {
  const auto network = small_network(config_);
  const int latent = config_.latent_channels, hyper = config_.hyper_channels;
  for (const auto [h, w] : kLatentSizes) {
    const Question question(random_, config_, {h, w}, 0.5);
    std::vector<int> decoded{3, 16 * h, 16 * w, 3, 2 * h, 2 * w}, encoded{latent, h, w};
    if (question.has_hyper()) {
      decoded.insert(decoded.end(), {latent, h, w});
      encoded.insert(encoded.end(), {hyper, (h + 3) / 4, (w + 3) / 4});
    }
    encoded.insert(encoded.end(), {latent, h, w});
    const auto results = question.decoded(*network), others = question.encoded(*network);
    EXPECT_EQ(results.shapes, decoded);
    EXPECT_EQ(others.shapes, encoded);
    for (const auto* data : {&results.data, &others.data})
      EXPECT_TRUE(std::all_of(data->begin(), data->end(),
                              [](float v) { return std::isfinite(v) && v != kNaN; }));
  }
}

TEST_P(NativeNetwork, GivesTheSameBitsWithMoreThreads) {
  const auto one = small_network(config_, 1), three = small_network(config_, 3);
  EXPECT_EQ(three->device().rfind("cpu, 3 threads, ", 0), 0U) << three->device();
  for (const Size size : kLatentSizes) {
    SCOPED_TRACE(text_of(size));
    const Question question(random_, config_, size, 0.3);
    EXPECT_TRUE(question.decoded(*one) == question.decoded(*three));
    EXPECT_TRUE(question.encoded(*one) == question.encoded(*three));
  }
}

TEST_P(NativeNetwork, GivesTheSameBitsAgain) {
  // Memory that larger pictures left behind is of no account.
  const auto used = small_network(config_);
  const Question large(random_, config_, {18, 51}, 1), small(random_, config_, {3, 5}, 0.2);
  (void)large.decoded(*used);
  (void)large.encoded(*used);
  EXPECT_TRUE(small.decoded(*used) == small.decoded(*small_network(config_)));
  EXPECT_TRUE(small.encoded(*used) == small.encoded(*small_network(config_)));
}

TEST_P(NativeNetwork, ServesSeveralCallersAtOnce) {
  constexpr std::size_t kCallers = 4;
  std::vector<Question> questions;
  std::vector<Results> decoded, encoded;
  const auto alone = small_network(config_);
  for (std::size_t i = 0; i < kCallers; ++i) {
    const int side = static_cast<int>(i) + 3;
    questions.emplace_back(random_, config_, Size{2 * side, side},
                           static_cast<double>(i) / kCallers);
    decoded.push_back(questions.back().decoded(*alone));
    encoded.push_back(questions.back().encoded(*alone));
  }
  // Nothing has used it before, so that its parts are packed while all ask for them.
  const auto shared = small_network(config_, 2);
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      for (int round = 0; round < 3; ++round) {
        EXPECT_TRUE(questions[i].decoded(*shared) == decoded[i]);
        EXPECT_TRUE(questions[i].encoded(*shared) == encoded[i]);
      }
    });
  }
  for (auto& caller : callers) caller.join();
}

/// Rows and columns [y, y + height) x [x, x + width) of planes.
template <class T>
T cut(const T& planes, int y, int x, int height, int width) {
  T part{planes.channels, height, width, {}};
  for (int c = 0; c < planes.channels; ++c) {
    for (int row = y; row < y + height; ++row) {
      const auto first = planes.data.begin() + (c * planes.height + row) * planes.width + x;
      part.data.insert(part.data.end(), first, first + width);
    }
  }
  return part;
}

// Tiles of a picture are decoded with a margin; where they meet, nothing may be seen.
TEST_P(NativeNetwork, SynthesisesWindowsLikeTheWhole) {
  const auto network = small_network(config_, 2);
  const Size whole{15, 20};
  const auto latent = random_symbols(random_, config_.latent_channels, whole.height, whole.width);
  const auto picture = network->synthesis(latent, 0.6), preview = network->preview(latent, 0.6);
  const int reach = config_.latent_reach();
  struct Window {
    int y, x, height, width;
  };
  for (const auto& [y, x, height, width] :
       {Window{0, 0, 1, 1}, Window{7, 9, 1, 1}, Window{4, 0, 5, 20}, Window{6, 5, 9, 4},
        Window{14, 19, 1, 1}}) {
    const int top = std::max(0, y - reach), left = std::max(0, x - reach);
    const int bottom = std::min(whole.height, y + height + reach),
              right = std::min(whole.width, x + width + reach);
    const auto window = cut(latent, top, left, bottom - top, right - left);
    SCOPED_TRACE("at " + text_of({y, x}));
    EXPECT_TRUE(same_bits(cut(network->synthesis(window, 0.6), 16 * (y - top), 16 * (x - left),
                              16 * height, 16 * width)
                              .data,
                          cut(picture, 16 * y, 16 * x, 16 * height, 16 * width).data));
    EXPECT_TRUE(same_bits(
        cut(network->preview(window, 0.6), 2 * (y - top), 2 * (x - left), 2 * height, 2 * width)
            .data,
        cut(preview, 2 * y, 2 * x, 2 * height, 2 * width).data));
  }
}

TEST_P(NativeNetwork, DependsOnQuality) {
  const auto network = small_network(config_);
  const Question low(random_, config_, {2, 2}, 0);
  Question high = low;
  high.quality = 1;
  EXPECT_FALSE(low.decoded(*network) == high.decoded(*network));
  EXPECT_FALSE(low.encoded(*network) == high.encoded(*network));
}

// What a file holds in half precision counts as the floats that it stands for.
TEST_P(NativeNetwork, ReadsWeightsOfBothPrecisions) {
  const auto file = RandomWeights(config_).file();
  auto halves = file, floats = file;
  for (const auto& [name, record] : file.tensors) {
    ASSERT_TRUE(bitstream::narrow_to_f16(halves, name));
    bitstream::put_f32(floats, name, record.shape, bitstream::get_f32(halves, name, record.shape));
  }
  const OwnNetwork a(halves, config_, 1), b(floats, config_, 1);
  const Question question(random_, config_, {4, 4}, 0.7);
  EXPECT_TRUE(question.decoded(*a) == question.decoded(*b));
  EXPECT_TRUE(question.encoded(*a) == question.encoded(*b));
}

INSTANTIATE_TEST_SUITE_P(Models, NativeNetwork, kSmallConfigs, name_of_set);

class NetworkOnInstructionSet : public ForEachInstructionSet {};

TEST_P(NetworkOnInstructionSet, DecodesTheSameBits) {
  for (const char* name : {"fast", "fast_blocks", "classic_avg", "classic_max"}) {
    const auto config = small_config(name);
    const auto make = [&](const char* set) {
      const WithInstructionSet asked(set);
      auto network = small_network(config);
      EXPECT_EQ(network->device(), std::string("cpu, 1 thread, ") + set);
      return network;
    };
    const auto plain = make("plain"), network = make(GetParam());
    Random random(11);
    double quality = 0;
    for (const Size size : kLatentSizes) {
      SCOPED_TRACE(std::string(name) + ", " + text_of(size));
      const Question question(random, config, size, quality);
      EXPECT_TRUE(question.decoded(*network) == question.decoded(*plain));
      const auto encoded = question.encoded(*network), expected = question.encoded(*plain);
      ASSERT_EQ(encoded.shapes, expected.shapes);
      double most = 0, off = 0;
      for (std::size_t i = 0; i < expected.data.size(); ++i) {
        most = std::max(most, std::abs(static_cast<double>(expected.data[i])));
        off = std::max(off, std::abs(static_cast<double>(encoded.data[i]) - expected.data[i]));
      }
      EXPECT_LT(off, 1e-3 * most) << "floats round differently, but no more";
      quality += 0.25;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, NetworkOnInstructionSet,
                         ::testing::Values("avx2", "avx512"), name_of_set);

TEST(BestKernels, AreTheFastestUnlessOthersAreAskedFor) {
  const Kernels& fastest = best_kernels();
  EXPECT_GE(fastest.width(), plain_kernels().width());
  for (const char* name : {"plain", "avx2", "avx512"}) {
    const WithInstructionSet asked(name);
    const Kernels* const there = kernels_named(name);
    EXPECT_EQ(&best_kernels(), there != nullptr ? there : &fastest);
  }
  const WithInstructionSet asked("abacus");
  EXPECT_EQ(&best_kernels(), &fastest);
}

}  // namespace
}  // namespace imgcnn::runtime
