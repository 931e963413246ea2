// Plans: what the encoder makes, what a decoder takes, and files by any of them.

#include "codec/coding_plan.h"

#include <gtest/gtest.h>

#include "codec/planned_file.h"
#include "imgcnn/base/error.h"

namespace imgcnn::codec {
namespace {

bool same(const CodingPlan& a, const CodingPlan& b) {
  return a.width == b.width && a.height == b.height &&
         a.orientation.mirrored == b.orientation.mirrored &&
         a.orientation.transposed == b.orientation.transposed && a.quality16 == b.quality16 &&
         a.context == b.context && a.tile == b.tile && a.coarse == b.coarse;
}

TEST(CodingPlan, SurvivesAHeader) {
  const auto config = testing::tiny_fast();
  for (const Orientation orientation :
       {Orientation{false, false}, {true, false}, {false, true}, {true, true}}) {
    const auto plan = CodingPlan::make(1300, 20, 333, true, config).oriented(orientation);
    bitstream::StreamHeader header;
    plan.write(header);
    EXPECT_EQ(header.width, 1300U);
    EXPECT_EQ(header.height, 20U);
    EXPECT_TRUE(same(CodingPlan::read(header, config, "x"), plan));
  }
}

TEST(CodingPlan, TilesBeginAbove1024Samples) {
  const auto config = testing::tiny_fast();
  EXPECT_FALSE(CodingPlan::make(1024, 1024, 0, false, config).tiled());
  const auto plan = CodingPlan::make(30, 1025, 0, false, config);
  EXPECT_EQ(plan.tile, 16);
  EXPECT_EQ(plan.grid().count(), 2);
  EXPECT_GT(plan.coarse, 0);
  EXPECT_EQ(CodingPlan::make(30, 30, 0, false, testing::tiny_classic()).coarse, 0);
}

TEST(CodingPlan, MoreCoarseChannelsThanThereAreAreRefused) {
  const auto config = testing::tiny_fast();
  bitstream::StreamHeader header;
  CodingPlan::make(30, 20, 0, false, config).write(header);
  header.coarse = config.latent_channels - 1;
  EXPECT_NO_THROW((void)CodingPlan::read(header, config, "x"));
  header.coarse = config.latent_channels;
  EXPECT_THROW((void)CodingPlan::read(header, config, "x"), Error);
}

class AnyPlan : public ::testing::TestWithParam<const char*> {
 protected:
  PlannedFiles files_{
      std::string(GetParam()) == "classic" ? testing::tiny_classic() : testing::tiny_fast(),
      std::string(GetParam()) == "context"};
  image::Image picture_ = waves(410, 290, 3, 8);
};

TEST_P(AnyPlan, DecodesWholeInPartsAndAsAPreview) {
  DecodeOptions in_parts, small;
  in_parts.region = Region{100, 37, 200, 150};
  small.preview = true;
  for (const int tile : {0, 1, 3, 255}) {
    CodingPlan plan = files_.plan(picture_, 50);
    plan.tile = tile;
    plan.coarse = 0;
    const Bytes undivided = files_.file(picture_, plan);
    const auto whole = files_.codec.decode(undivided);
    const auto preview = files_.codec.decode(undivided, small);
    for (const int coarse : {0, 1, files_.config.latent_channels - 1}) {
      plan.coarse = coarse;
      const Bytes file = files_.file(picture_, plan);
      const auto header = bitstream::inspect_container(file, "x").header;
      EXPECT_EQ(header.tile, tile);
      EXPECT_EQ(header.coarse, coarse);
      EXPECT_EQ(files_.codec.decode(file).samples, whole.samples) << tile << " " << coarse;
      EXPECT_EQ(files_.codec.decode(file, in_parts).samples,
                image::cut(whole, 100, 37, 200, 150).samples)
          << tile << " " << coarse;
      const auto shown = files_.codec.decode(file, small);
      EXPECT_EQ(shown.width, 52);
      if (coarse == 0) {
        EXPECT_EQ(shown.samples, preview.samples) << tile;
      } else if (coarse == 1) {
        EXPECT_NE(shown.samples, preview.samples) << tile;
      }
    }
  }
}

TEST_P(AnyPlan, ThreadsDoNotChangeTheBytes) {
  CodingPlan plan = files_.plan(picture_, 50);
  plan.tile = 2;
  plan.coarse = 5;
  const Bytes file = files_.file(picture_, plan);
  ThreadPool pool(3);
  const ModelParts parts{*files_.network, files_.config, files_.coder, pool};
  const auto coded = encode_picture(parts, PlannedFiles::pixels(picture_), {}, plan, EffortPlan{}, {});
  const auto container = bitstream::parse_container(file, {}, "x");
  EXPECT_EQ(coded.coarse, container.coarse);
  EXPECT_EQ(coded.detail, container.detail);
  const auto shown = Codec(files_.path, {"cpu", 3}).decode(file);
  EXPECT_EQ(shown.samples, files_.codec.decode(file).samples);
}

TEST_P(AnyPlan, DetailMayHoldNoWord) {
  DecodeOptions small;
  small.preview = true;
  int empty = 0;
  for (int size = 1; size <= 16; ++size) {
    const auto picture = waves(size, size, 3, 8);
    CodingPlan plan = files_.plan(picture, 50);
    plan.coarse = 0;
    const auto whole = files_.codec.decode(files_.file(picture, plan));
    plan.coarse = files_.config.latent_channels - 1;
    const Bytes file = files_.file(picture, plan);
    auto container = bitstream::parse_container(file, {}, "x");
    if (!container.detail.empty()) continue;
    ++empty;
    EXPECT_EQ(files_.codec.decode(file).samples, whole.samples) << size;
    EXPECT_NO_THROW((void)files_.codec.decode(file, small)) << size;
    container.detail = {0, 0};
    EXPECT_THROW((void)files_.codec.decode(bitstream::serialize_container(container)), Error)
        << size;
  }
  EXPECT_GT(empty, 0);
}

INSTANTIATE_TEST_SUITE_P(Models, AnyPlan, ::testing::Values("fast", "classic", "context"));

}  // namespace
}  // namespace imgcnn::codec
