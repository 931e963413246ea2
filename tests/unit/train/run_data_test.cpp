// What a run folder keeps of its data.

#include "train/run_data.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <filesystem>

#include "base/temp_dir.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/image/image_io.h"
#include "train/run_folder.h"

namespace imgcnn::train {
namespace {

namespace fs = std::filesystem;

class RunDataTest : public ::testing::Test {
 protected:
  RunDataTest() {
    spdlog::set_level(spdlog::level::off);
    for (const char* name : {"a/one.png", "a/sub/two.png", "b/three.png"})
      put_picture(name, 70, 80);
    fs::create_directories(folder_ / "run");
  }
  void put_picture(const std::string& name, int width, int height) {
    image::Image picture{width, height, 3, 8, {}, {}};
    picture.samples.assign(picture.pixels() * 3, static_cast<std::uint16_t>(width));
    fs::create_directories(fs::path(folder_ / name).parent_path());
    write_file_atomically(folder_ / name, image::encode_png(picture), true);
  }
  void put_text(const std::string& name) {
    const std::string text = "no picture";
    write_file_atomically(folder_ / name, Bytes(text.begin(), text.end()), true);
  }
  TrainOptions options(const std::vector<std::string>& data) {
    TrainOptions result;
    for (const auto& name : data) result.data.push_back(folder_ / name);
    result.out = folder_ / "run";
    return result;
  }

  TempDir folder_;
};

TEST_F(RunDataTest, EachSourceHasAPackAndItsWeight) {
  const RunData data(options({"a:0.25", "b"}));
  ASSERT_EQ(data.training().size(), 2U);
  EXPECT_EQ(data.training()[0].weight, 0.25);
  EXPECT_EQ(data.training()[0].pack->entries().size(), 2U);
  EXPECT_FALSE(data.training()[1].weight);
  EXPECT_TRUE(fs::exists(folder_ / "run/data.pack"));
  EXPECT_TRUE(fs::exists(folder_ / "run/data-2.pack"));
  EXPECT_EQ(find_run_packs(folder_ / "run").size(), 2U);
  EXPECT_FALSE(data.validation().empty());
}

TEST_F(RunDataTest, UnreadableAndSmallPicturesAreCounted) {
  put_text("a/text.png");
  put_picture("a/dot.png", 1, 1);
  put_picture("a/small.png", 2, 3);
  const std::string summary =
      "5 pictures of 2 sources, 2 smaller than a patch (continued by mirroring), 1 skipped";
  EXPECT_EQ(RunData(options({"a", "b"})).summary(64), summary);
  EXPECT_EQ(RunData(options({"a", "b"})).summary(64), summary);  // also without packing
}

TEST_F(RunDataTest, OtherDataIsRefusedUnlessTheRunBeginsAnew) {
  RunData(options({"a", "b"}));
  EXPECT_THROW(RunData(options({"a"})), Error);
  EXPECT_THROW(RunData(options({"b", "a"})), Error);
  auto validated = options({"a", "b"});
  validated.valid = {folder_ / "b"};
  EXPECT_THROW((RunData(validated)), Error);
  auto fresh = options({"b"});
  fresh.fresh = true;
  EXPECT_EQ(RunData(fresh).training().size(), 1U);
  EXPECT_FALSE(fs::exists(folder_ / "run/data-2.pack"));
  EXPECT_EQ(RunData(options({"b"})).training()[0].pack->entries().size(), 1U);
}

TEST_F(RunDataTest, FoldersThatMoveOrGrowAreGoneOnWithAsTheyWerePacked) {
  RunData(options({"a"}));
  put_picture("a/new.png", 70, 80);
  EXPECT_EQ(RunData(options({"a"})).training()[0].pack->entries().size(), 2U);
  fs::remove(folder_ / "a/new.png");
  fs::rename(folder_ / "a", folder_ / "moved");
  EXPECT_EQ(RunData(options({"moved"})).training()[0].pack->entries().size(), 2U);
}

TEST_F(RunDataTest, PacksAndFoldersMix) {
  pack({{folder_ / "a"}, folder_ / "a.pack"});
  const RunData data(options({"a.pack:1", "b:3"}));
  EXPECT_EQ(data.training()[0].pack->entries().size(), 2U);
  EXPECT_FALSE(fs::exists(folder_ / "run/data.pack"));
  EXPECT_EQ(find_run_packs(folder_ / "run").size(), 2U);
  EXPECT_THROW(pack({{folder_ / "a.pack"}, folder_ / "b.pack"}), Error);
  pack({{folder_ / "b"}, folder_ / "a.pack"});
  EXPECT_THROW(RunData(options({"a.pack:1", "b:3"})), Error);  // a pack is read where it lies
}

TEST_F(RunDataTest, PacksOfAnOlderProgramAreNamedToGoOn) {
  pack({{folder_ / "a"}, folder_ / "run/data.pack"});
  const std::string checkpoint = std::string("run/") + kCheckpointName;
  put_text(checkpoint);
  EXPECT_THROW(RunData(options({"a"})), Error);
  auto own = options({"run/data.pack"});
  own.valid = {folder_ / "b"};
  EXPECT_EQ(RunData(own).training()[0].pack->entries().size(), 2U);
  own.fresh = true;
  EXPECT_NO_THROW((RunData(own)));
  EXPECT_TRUE(fs::exists(folder_ / "run/data.pack"));  // what is named is not removed
}

TEST_F(RunDataTest, WhatWasCutShortWhilePackingIsPackedAnew) {
  pack({{folder_ / "b"}, folder_ / "run/data.pack"});
  EXPECT_EQ(RunData(options({"a"})).training()[0].pack->entries().size(), 2U);
}

}  // namespace
}  // namespace imgcnn::train
