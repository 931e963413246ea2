// Weights to plain data and back; strictness.

#include "imgcnn/nn/weights.h"

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"
#include "imgcnn/model/coding_tables.h"
#include "model/tiny_config.h"

namespace imgcnn::nn {
namespace {

TEST(Weights, RoundTripThroughBytes) {
  torch::manual_seed(1);
  const auto source = make_model(testing::tiny_fast());
  const auto bytes = bitstream::serialize_safetensors(freeze_model(*source));
  const auto file = bitstream::parse_safetensors(bytes, "test");
  const auto target = make_model(model::read_config(file, "test"));
  load_weights(file, kWeightsPrefix, *target);
  const auto a = source->named_parameters(), b = target->named_parameters();
  int rounded = 0;
  for (const auto& item : a) {
    if (torch::equal(item.value(), b[item.key()])) continue;
    ++rounded;
    EXPECT_EQ(item.key().rfind("scale_head.", 0), 0U) << item.key();
    EXPECT_EQ(file.tensors.count(kWeightsPrefix + item.key()), 0U) << item.key();
    const auto error = (item.value() - b[item.key()]).abs().max().item<double>();
    EXPECT_LE(error, 1e-3 * item.value().abs().max().item<double>()) << item.key();
  }
  EXPECT_EQ(rounded, 2);  // the kernels of the scale head, which the file has as integers alone
}

TEST(Weights, ScaleKernelsThatAreNowhereAreMissing) {
  const auto model = make_model(testing::tiny_fast());
  auto file = freeze_model(*model);
  file.tensors.erase("scale.shifts");
  EXPECT_THROW(load_weights(file, kWeightsPrefix, *model), Error);
}

TEST(Weights, KernelsInHalvesAreReadAsTheNearestFloats) {
  torch::manual_seed(1);
  const auto source = make_model(testing::tiny_fast());
  auto file = freeze_model(*source);
  const std::string wide = std::string(kWeightsPrefix) + "synthesis.head.weight";
  ASSERT_EQ(file.tensors.count(wide), 1U);
  {
    torch::NoGradGuard no_grad;
    source->named_parameters()["synthesis.head.weight"].fill_(1e5);
  }
  put_weights(file, kWeightsPrefix, *source);
  narrow_kernels(file);
  const auto read = bitstream::parse_safetensors(bitstream::serialize_safetensors(file), "test");
  const auto target = make_model(testing::tiny_fast());
  load_weights(read, kWeightsPrefix, *target);
  int narrow = 0;
  for (const auto& item : source->named_parameters()) {
    const std::string name = kWeightsPrefix + item.key();
    const bool halved = item.value().dim() > 2 && name != wide;  // that has values that do not fit
    narrow += halved ? 1 : 0;
    EXPECT_EQ(read.tensors.at(name).dtype == bitstream::DType::kF16, halved) << name;
    const auto expected =
        halved ? item.value().to(torch::kFloat16).to(torch::kFloat32) : item.value();
    EXPECT_TRUE(torch::equal(target->named_parameters()[item.key()], expected)) << name;
  }
  EXPECT_GT(narrow, 10);
  EXPECT_EQ(read.tensors.at("weights.deviation").dtype, bitstream::DType::kF32);
}

TEST(Weights, FrozenTablesCanBeRead) {
  const auto config = testing::tiny_fast();
  const auto file = freeze_model(*make_model(config));
  EXPECT_EQ(model::read_table(file, model::kHyperTable, config.prior_levels * config.hyper_channels)
                .rows(),
            static_cast<std::size_t>(config.prior_levels * config.hyper_channels));
  const auto trellis = model::read_trellis(file, config);
  EXPECT_FALSE(trellis.empty());
  EXPECT_EQ(model::read_table(file, model::kScaleTable, trellis.cdf_count()).rows(),
            static_cast<std::size_t>(trellis.cdf_count()));
  EXPECT_NO_THROW((void)model::read_scale_network(file, config));
  EXPECT_THROW((void)model::read_table(file, model::kScaleTable, trellis.cdf_count() + 1), Error);
}

TEST(Weights, ATrellisIsOptionalAndChecked) {
  const auto config = testing::tiny_fast();
  auto file = freeze_model(*make_model(config));
  // Steps for the last two rows.
  const std::int32_t first = config.scale_rows - 2;
  bitstream::put_i32(file, "trellis", {4}, {first, 64, 1024, 512});
  const auto stepped = model::read_trellis(file, config);
  EXPECT_EQ(stepped.states(), 64);
  EXPECT_EQ(stepped.step(static_cast<std::uint16_t>(first)), 1024);
  EXPECT_EQ(stepped.step(static_cast<std::uint16_t>(first + 1)), 512);
  for (const std::vector<std::int32_t>& wrong : {std::vector<std::int32_t>{first},
                                                 {first, 64, 1024},
                                                 {first, 48, 1024, 512},
                                                 {first, 64, 0, 512},
                                                 {config.scale_rows, 64},
                                                 {first, 64, 1024, 512, 512}}) {
    bitstream::put_i32(file, "trellis", {static_cast<std::int64_t>(wrong.size())}, wrong);
    EXPECT_THROW((void)model::read_trellis(file, config), Error) << wrong.size();
  }
  model::put_scale_table(file, config, 256);
  EXPECT_EQ(model::read_trellis(file, config).states(), 256);
  file.tensors.erase("trellis");
  EXPECT_TRUE(model::read_trellis(file, config).empty());
}

TEST(Weights, MissingReshapedAndForeignTensorsAreRefused) {
  const auto model = make_model(testing::tiny_classic());
  const auto good = freeze_model(*model);
  const std::string name = std::string(kWeightsPrefix) + "bottleneck_in.bias";
  ASSERT_EQ(good.tensors.count(name), 1U);

  auto missing = good;
  missing.tensors.erase(name);
  EXPECT_THROW(load_weights(missing, kWeightsPrefix, *model), Error);
  auto reshaped = good;
  reshaped.tensors[name].shape.push_back(1);
  EXPECT_THROW(load_weights(reshaped, kWeightsPrefix, *model), Error);
  auto foreign = good;
  foreign.tensors["weights.extra"] = good.tensors.at(name);
  EXPECT_THROW(load_weights(foreign, kWeightsPrefix, *model), Error);
  EXPECT_NO_THROW(load_weights(good, kWeightsPrefix, *model));
}

}  // namespace
}  // namespace imgcnn::nn
