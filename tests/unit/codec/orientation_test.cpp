// Pictures coded on their side or in a mirror come back as they were.

#include "codec/orientation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "codec/planned_file.h"

namespace imgcnn::codec {
namespace {

constexpr std::array<Orientation, 4> kOrientations = {
    {{false, false}, {true, false}, {false, true}, {true, true}}};

TEST(Orientation, PutsSamplesWhereItPutsTheirWindows) {
  constexpr int kWidth = 3, kHeight = 2;
  const image::FloatImage picture{1, kHeight, kWidth, {0, 1, 2, 3, 4, 5}};
  EXPECT_EQ(to_coded(picture, {true, false}).data, (std::vector<float>{2, 1, 0, 5, 4, 3}));
  EXPECT_EQ(to_coded(picture, {false, true}).data, (std::vector<float>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(to_coded(picture, {true, true}).data, (std::vector<float>{2, 5, 1, 4, 0, 3}));
  for (const Orientation orientation : kOrientations) {
    const auto coded = to_coded(picture, orientation);
    EXPECT_EQ(from_coded(coded, orientation).data, picture.data);
    const Rect all{0, 0, kWidth, kHeight};
    for (const Rect w : {Rect{0, 0, 1, 1}, Rect{1, 0, 2, 2}, Rect{0, 1, 2, 1}, all}) {
      const Rect there = to_coded(w, orientation, kWidth);
      EXPECT_EQ(crop(coded, to_coded(all, orientation, kWidth), there).data,
                to_coded(crop(picture, all, w), orientation).data);
      const Rect back = from_coded(there, orientation, kWidth);
      EXPECT_TRUE(back.x == w.x && back.y == w.y && back.width == w.width &&
                  back.height == w.height);
    }
  }
}

class OrientedFile : public ::testing::Test {
 protected:
  CodingPlan plan_of(const Orientation& orientation) const {
    return files_.plan(picture_, kQuality).oriented(orientation);
  }

  static constexpr int kWidth = 77, kHeight = 41, kQuality = 50;
  PlannedFiles files_{testing::tiny_fast()};
  const Codec& codec_ = files_.codec;
  image::Image picture_ = waves(kWidth, kHeight, 3, 8);
};

TEST_F(OrientedFile, ShowsWhatTheOrientedPictureWouldShow) {
  for (const Orientation orientation : kOrientations) {
    const auto rgb = to_coded(image::to_float_rgb(picture_), orientation);
    image::Image turned = image::blank(rgb.width, rgb.height, 3, 8);
    image::put_float_rgb(rgb, 0, 0, turned);
    EncodeOptions upright;
    upright.quality = kQuality;
    const auto expected = from_coded(
        image::to_float_rgb(codec_.decode(codec_.encode(turned, upright).bytes)), orientation);
    const Bytes file = files_.file(picture_, plan_of(orientation));
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

TEST_F(OrientedFile, TheSearchTakesTheCheapestOrientation) {
  EffortPlan effort;
  effort.weighed = true;
  std::vector<double> costs;
  for (const Orientation orientation : kOrientations)
    costs.push_back(encode_picture(files_.parts(), PlannedFiles::pixels(picture_), {},
                                   plan_of(orientation), effort, {})
                        .cost);
  const OrientedPlan chosen =
      choose_orientation(files_.parts(), PlannedFiles::pixels(picture_), {}, plan_of({}));
  EXPECT_EQ(chosen.upright_cost, costs.front());
  EXPECT_EQ(
      encode_picture(files_.parts(), PlannedFiles::pixels(picture_), {}, chosen.plan, effort, {})
          .cost,
      *std::min_element(costs.begin(), costs.end()));
  EXPECT_LT(*std::min_element(costs.begin(), costs.end()),
            *std::max_element(costs.begin(), costs.end()));
}

}  // namespace
}  // namespace imgcnn::codec
