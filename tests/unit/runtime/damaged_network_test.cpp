// Model files whose tensors do not fit their config.

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"
#include "test_network.h"

namespace imgcnn::runtime {
namespace {

/// Makes a network and uses all of it.
void use_all(const bitstream::TensorFile& file, const model::ModelConfig& config) {
  const OwnNetwork network(file, config, 1);
  Random random(1);
  const auto latent = random_symbols(random, config.latent_channels, 2, 1);
  const auto picture = wavy_picture(random, 32, 16);
  (void)network->analysis(picture, 0.5);
  (void)network->synthesis(latent, 0.5);
  (void)network->preview(latent, 0.5);
  (void)network->distortion(latent, 0.5, picture);
  if (config.hyper_channels == 0) return;
  (void)network->hyper_analysis(latent, 0.5);
  (void)network->hyper_synthesis(random_symbols(random, config.hyper_channels, 1, 1), 0.5, 2, 1);
}

void expect_refused(const bitstream::TensorFile& file, const model::ModelConfig& config,
                    const std::string& tensor) {
  try {
    use_all(file, config);
    ADD_FAILURE() << tensor << " was not missed";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
    EXPECT_NE(std::string(e.what()).find("'" + tensor + "'"), std::string::npos) << e.what();
  }
}

class DamagedNetwork : public ::testing::TestWithParam<const char*> {
 protected:
  model::ModelConfig config_ = small_config(GetParam());
  bitstream::TensorFile file_ = RandomWeights(config_).file();
};

TEST_P(DamagedNetwork, IsWholeBefore) { EXPECT_NO_THROW(use_all(file_, config_)); }

TEST_P(DamagedNetwork, IsRefusedWithoutOneOfItsTensors) {
  for (const auto& [name, record] : file_.tensors) {
    auto damaged = file_;
    damaged.tensors.erase(name);
    expect_refused(damaged, config_, name);
  }
}

TEST_P(DamagedNetwork, IsRefusedWithATensorOfAnotherShape) {
  for (const auto& [name, record] : file_.tensors) {
    auto damaged = file_;
    auto& shape = damaged.tensors.at(name).shape;
    shape.push_back(1);  // as many values
    expect_refused(damaged, config_, name);

    const std::int64_t outputs = record.shape.front() + 1;
    shape = record.shape;
    shape.front() = outputs;
    damaged.tensors.at(name).bytes =
        Bytes(record.bytes.size() / static_cast<std::size_t>(record.shape.front()) *
              static_cast<std::size_t>(outputs));
    expect_refused(damaged, config_, name);
  }
}

TEST_P(DamagedNetwork, IsRefusedWithATensorOfAnotherType) {
  for (const auto& [name, record] : file_.tensors) {
    auto damaged = file_;
    damaged.tensors.at(name).dtype = bitstream::DType::kI32;
    expect_refused(damaged, config_, name);
  }
}

// What failed fails again in the same way.
TEST_P(DamagedNetwork, StaysUsableForWhatIsThere) {
  const std::string needed =
      config_.architecture == "classic" ? "weights.decoder1.bias" : "weights.synthesis.head.bias";
  auto damaged = file_;
  damaged.tensors.erase(needed);
  if (config_.architecture == "classic") return expect_refused(damaged, config_, needed);
  const OwnNetwork network(damaged, config_, 2);
  Random random(1);
  const auto latent = random_symbols(random, config_.latent_channels, 2, 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW((void)network->synthesis(latent, 0.5), Error);
    EXPECT_NO_THROW((void)network->preview(latent, 0.5));
  }
}

INSTANTIATE_TEST_SUITE_P(Models, DamagedNetwork, ::testing::Values("fast", "classic_avg"),
                         name_of_set);

TEST(ClassicNetwork, HasNoHyperLatent) {
  const auto network = small_network(small_config("classic_avg"));
  EXPECT_THROW((void)network->hyper_analysis({}, 0.5), Error);
  EXPECT_THROW((void)network->hyper_synthesis({}, 0.5, 1, 1), Error);
}

}  // namespace
}  // namespace imgcnn::runtime
