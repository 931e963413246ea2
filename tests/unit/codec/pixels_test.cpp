// Blocks of pixels beside the network: what is chosen, what comes back, and what becomes of damage.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "codec/drawn_content.h"
#include "codec/pixel_choice.h"
#include "codec/pixel_fill.h"
#include "codec/planned_file.h"
#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/container.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/psnr.h"

namespace imgcnn::codec {
namespace {

image::Image noise(int side) {
  std::mt19937 random(5);
  image::Image picture = image::blank(side, side, 3, 8);
  for (auto& sample : picture.samples) sample = static_cast<std::uint16_t>(random() % 256);
  return picture;
}

SampleSource source(const image::Image& picture) {
  return [&picture](const Rect& w) {
    return image::drop_alpha(image::cut(picture, w.x, w.y, w.width, w.height));
  };
}

EncodeOptions lossless() {
  EncodeOptions options;
  options.pixels = PixelMode::kLossless;
  return options;
}

class Pixels : public ::testing::Test {
 protected:
  PlannedFiles files_{testing::tiny_fast(), true};
  const Codec& codec_ = files_.codec;
};

TEST_F(Pixels, LosslessFilesGiveEverySampleBack) {
  const std::pair<int, int> sizes[] = {{1, 1}, {1, 7}, {17, 16}, {65, 33}, {401, 3}, {3, 129}};
  for (const auto& [width, height] : sizes) {
    for (const int channels : {1, 2, 3, 4}) {
      for (const int depth : {8, 16}) {
        for (const auto& picture :
             {drawing(width, height, channels, depth), waves(width, height, channels, depth)}) {
          const auto back = codec_.decode(codec_.encode(picture, lossless()).bytes);
          ASSERT_EQ(back.samples, picture.samples)
              << width << 'x' << height << ' ' << channels << ' ' << depth;
        }
      }
    }
  }
}

TEST_F(Pixels, LosslessFilesHoldWhateverEffortAndTilesAre) {
  for (const int effort : {1, 3, 5}) {
    EncodeOptions options = lossless();
    options.effort = effort;
    for (const auto& picture : {drawing(70, 50, 3, 8), drawing(1100, 20, 1, 8)}) {
      EXPECT_EQ(codec_.decode(codec_.encode(picture, options).bytes).samples, picture.samples)
          << effort;
    }
  }
}

TEST_F(Pixels, RegionsAndPreviewsShowThem) {
  for (const auto& picture : {drawing(75, 61, 3, 8), drawing(1050, 37, 4, 16)}) {
    const Bytes file = codec_.encode(picture, lossless()).bytes;
    for (const Region r : {Region{0, 0, 1, 1}, {17, 5, 30, 32}, {picture.width - 3, 20, 3, 17}}) {
      DecodeOptions options;
      options.region = r;
      EXPECT_EQ(codec_.decode(file, options).samples,
                image::cut(picture, r.x, r.y, r.width, r.height).samples);
    }
    DecodeOptions small;
    small.preview = true;
    EXPECT_EQ(image::drop_alpha(codec_.decode(file, small)).samples,
              image::shrunk(image::drop_alpha(picture), 8).samples);
  }
}

TEST_F(Pixels, DrawingsAreChosenAndPhotographsAreNot) {
  const auto of_waves = codec_.encode(waves(160, 96, 3, 8), {});
  EXPECT_EQ(of_waves.pixel_share, 0);
  EncodeOptions never;
  never.pixels = PixelMode::kNever;
  EXPECT_EQ(codec_.encode(waves(160, 96, 3, 8), never).bytes, of_waves.bytes);

  const auto picture = mixed(160, 96, 80, 3, 8);
  EXPECT_EQ(codec_.encode(picture, never).pixel_share, 0);
  for (const int effort : {1, 3, 4}) {
    EncodeOptions options;
    options.effort = effort;
    options.quality = 90;
    const auto result = codec_.encode(picture, options);
    EXPECT_GE(result.pixel_share, 0.4) << effort;
    EXPECT_GT(result.pixel_bytes, 0U);
    const auto back = codec_.decode(result.bytes);
    const auto left = [](const image::Image& of) { return image::cut(of, 0, 0, 80, 96); };
    EXPECT_EQ(left(back).samples, left(picture).samples) << effort;
  }
}

TEST_F(Pixels, PreprocessingIsUndoneInThemToo) {
  const auto picture = drawing(64, 48, 3, 8);
  EncodeOptions options;
  options.preprocess.gain = {0.5F, 1.0F, 0.8F};
  const auto result = codec_.encode(picture, options);
  ASSERT_GT(result.pixel_share, 0.9);
  DecodeOptions undo;
  undo.undo_preprocessing = true;
  const auto back = codec_.decode(result.bytes, undo), darker = codec_.decode(result.bytes);
  for (std::size_t i = 0; i < picture.samples.size(); ++i)
    ASSERT_NEAR(back.samples[i], picture.samples[i], 1) << i;
  EXPECT_NEAR(darker.samples[0], picture.samples[0] / 2, 1);
}

TEST_F(Pixels, NothingFallsBelowTheFloor) {
  const auto picture = noise(130);
  for (const double quality : {0.0, 60.0, 100.0}) {
    EncodeOptions options;
    options.quality = quality;
    const auto back = codec_.decode(codec_.encode(picture, options).bytes);
    for (int y = 0; y < 130; y += 64) {
      for (int x = 0; x < 130; x += 64) {
        const int width = std::min(64, 130 - x), height = std::min(64, 130 - y);
        EXPECT_GE(image::psnr_db(image::cut(picture, x, y, width, height),
                                 image::cut(back, x, y, width, height)),
                  psnr_floor(quality) - 0.1)
            << quality << ' ' << x << ' ' << y;
      }
    }
  }
}

TEST_F(Pixels, DamageIsRefusedOrChangesNothing) {
  for (const auto& picture : {drawing(40, 20, 3, 8), drawing(1050, 3, 1, 8)}) {
    const auto container =
        bitstream::parse_container(codec_.encode(picture, lossless()).bytes, {}, "x");
    expect_no_damage_passes(codec_, container, &bitstream::Container::pixels, {});
    for (std::size_t size = 1; size < container.pixels.size(); ++size) {
      auto cut = container;
      cut.pixels.resize(size);
      EXPECT_THROW((void)codec_.decode(bitstream::serialize_container(cut)), Error) << size;
    }
  }
}

TEST_F(Pixels, AFrontShowsThemWhereTheyAreWhole) {
  const auto picture = mixed(160, 96, 96, 3, 8);
  const Bytes file = codec_.encode(picture, {}).bytes;
  const auto info = bitstream::inspect_container(file, "x");
  ASSERT_EQ(info.sections.at(1).name, "pixels");
  DecodeOptions small;
  small.preview = true;
  const auto whole = codec_.decode(file, small);
  const std::size_t end =
      static_cast<std::size_t>(info.sections[1].offset + info.sections[1].length) + 4;
  EXPECT_EQ(codec_.decode({file.data(), end}, small).samples, whole.samples);
  const auto without = codec_.decode({file.data(), end - 1}, small);
  EXPECT_NE(without.samples, whole.samples);
  EXPECT_EQ(without.width, whole.width);
}

TEST(PixelFill, BlocksContinueWhatLiesAround) {
  PixelBlocks blocks(64, 48);
  blocks.coded[blocks.index(1, 1)] = 1;
  image::FloatImage picture{3, 48, 64, std::vector<float>(3 * 48 * 64)};
  for (std::size_t i = 0; i < picture.data.size(); ++i)
    picture.data[i] = static_cast<float>(i % 64) / 64;
  const auto filled = fill_blocks(picture, {0, 0, 64, 48}, blocks);
  for (std::size_t i = 0; i < picture.data.size(); ++i)
    EXPECT_NEAR(filled.data[i], picture.data[i], 0.08) << i;  // a slope goes on
  for (int x = 0; x < 64; ++x)
    EXPECT_EQ(filled.data[static_cast<std::size_t>(x)], picture.data[static_cast<std::size_t>(x)]);
  EXPECT_NE(filled.data, picture.data);
  std::fill(blocks.coded.begin(), blocks.coded.end(), 1);
  for (const float value : fill_blocks(picture, {0, 0, 64, 48}, blocks).data)
    EXPECT_EQ(value, 0.5F);
}

TEST(DrawnContent, IsToldFromPhotographs) {
  const auto look = [](const image::Image& picture) {
    return find_drawn_content(source(picture),
                              CodingPlan::make(picture.width, picture.height, 960, false, {}));
  };
  EXPECT_FALSE(look(waves(200, 150, 3, 8)).is_drawn);
  EXPECT_FALSE(look(waves(200, 150, 3, 8)).is_rough);
  EXPECT_TRUE(look(drawing(200, 150, 3, 8)).is_drawn);
  EXPECT_TRUE(look(drawing(200, 150, 1, 16)).is_drawn);
  EXPECT_TRUE(look(drawing(9, 5, 3, 8)).is_drawn);
  EXPECT_TRUE(look(noise(80)).is_rough);
  EXPECT_FALSE(look(noise(80)).is_drawn);
  EXPECT_FALSE(look(image::blank(64, 64, 3, 8)).is_drawn);
}

}  // namespace
}  // namespace imgcnn::codec
