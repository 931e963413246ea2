// Pictures coded on their side or in a mirror come back as they were.

#include "codec/turn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "codec/picture_coding.h"
#include "codec/test_model.h"
#include "imgcnn/bitstream/container.h"
#include "imgcnn/nn/torch_network.h"

namespace imgcnn::codec {
namespace {

constexpr std::array<Turn, 4> kTurns = {{{false, false}, {true, false}, {false, true}, {true, true}}};

TEST(Turn, PutsSamplesWhereItPutsTheirWindows) {
  constexpr int kWidth = 3, kHeight = 2;
  const image::FloatImage picture{1, kHeight, kWidth, {0, 1, 2, 3, 4, 5}};
  EXPECT_EQ(to_coded(picture, {true, false}).data, (std::vector<float>{2, 1, 0, 5, 4, 3}));
  EXPECT_EQ(to_coded(picture, {false, true}).data, (std::vector<float>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(to_coded(picture, {true, true}).data, (std::vector<float>{2, 5, 1, 4, 0, 3}));
  for (const Turn turn : kTurns) {
    const auto coded = to_coded(picture, turn);
    EXPECT_EQ(from_coded(coded, turn).data, picture.data);
    const Window all{0, 0, kWidth, kHeight};
    for (const Window w : {Window{0, 0, 1, 1}, Window{1, 0, 2, 2}, Window{0, 1, 2, 1}, all}) {
      const Window there = to_coded(w, turn, kWidth);
      EXPECT_EQ(cut(coded, to_coded(all, turn, kWidth), there).data, to_coded(cut(picture, all, w), turn).data);
      const Window back = from_coded(there, turn, kWidth);
      EXPECT_TRUE(back.x == w.x && back.y == w.y && back.width == w.width && back.height == w.height);
    }
  }
}

class TurnedFile : public ::testing::Test {
 protected:
  TurnedFile()
      : path_(write_model(folder_ / "m.safetensors", config_)),
        tensors_(bitstream::parse_safetensors(read_file(path_), path_)),
        network_(nn::make_torch_network(tensors_, config_, "cpu", 1)),
        coder_(tensors_, config_),
        codec_(path_, one_thread()) {}

  ModelParts parts() { return {*network_, config_, coder_, pool_}; }

  bitstream::StreamHeader header_of(const Turn& turn) const {
    bitstream::StreamHeader header;
    header.width = kWidth;
    header.height = kHeight;
    header.quality16 = 16 * kQuality;
    header.mirrored = turn.mirrored;
    header.transposed = turn.transposed;
    return header;
  }

  Bytes file_of(const Turn& turn) {
    bitstream::Container container;
    container.header = header_of(turn);
    container.header.model_id = bitstream::parse_container(codec_.encode(picture_, {}).bytes, {}, "x").header.model_id;
    container.latent = encode_picture(parts(), pixels_, container.header, EffortPlan{}, {}).section;
    return bitstream::serialize_container(container);
  }

  static constexpr int kWidth = 77, kHeight = 41, kQuality = 50;
  TempDir folder_;
  model::ModelConfig config_ = testing::tiny_fast();
  std::string path_;
  bitstream::TensorFile tensors_;
  std::unique_ptr<model::Network> network_;
  LatentCoder coder_;
  ThreadPool pool_{1};
  Codec codec_;
  image::Image picture_ = waves(kWidth, kHeight, 3, 8);
  Pixels pixels_ = [this](const Window& w) { return image::to_float_rgb(picture_, w.x, w.y, w.width, w.height); };
};

TEST_F(TurnedFile, ShowsWhatTheTurnedPictureWouldShow) {
  for (const Turn turn : kTurns) {
    const auto rgb = to_coded(image::to_float_rgb(picture_), turn);
    image::Image turned = image::blank(rgb.width, rgb.height, 3, 8);
    image::put_float_rgb(rgb, 0, 0, turned);
    EncodeOptions upright;
    upright.quality = kQuality;
    const auto expected = from_coded(image::to_float_rgb(codec_.decode(codec_.encode(turned, upright).bytes)), turn);
    const Bytes file = file_of(turn);
    const auto shown = codec_.decode(file);
    EXPECT_EQ(shown.width, kWidth);
    EXPECT_EQ(shown.height, kHeight);
    EXPECT_EQ(image::to_float_rgb(shown).data, expected.data);

    DecodeOptions options;
    options.region = Region{13, 5, 50, 31};
    EXPECT_EQ(codec_.decode(file, options).samples, image::cut(shown, 13, 5, 50, 31).samples);
    options = {};
    options.preview = true;
    const auto preview = codec_.decode(file, options);
    EXPECT_EQ(preview.width, 10);
    EXPECT_EQ(preview.height, 6);
  }
}

TEST_F(TurnedFile, TheSearchTakesTheCheapestTurn) {
  EffortPlan plan;
  plan.weighed = true;
  std::vector<double> costs;
  for (const Turn turn : kTurns) {
    auto header = header_of(turn);
    costs.push_back(encode_picture(parts(), pixels_, header, plan, {}).cost);
  }
  auto header = header_of({});
  EXPECT_EQ(choose_turn(parts(), pixels_, header), costs.front());
  EXPECT_EQ(encode_picture(parts(), pixels_, header, plan, {}).cost, *std::min_element(costs.begin(), costs.end()));
  EXPECT_LT(*std::min_element(costs.begin(), costs.end()), *std::max_element(costs.begin(), costs.end()));
}

}  // namespace
}  // namespace imgcnn::codec
