// What --data names.

#include "train/data_source.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/temp_dir.h"
#include "imgcnn/base/error.h"

namespace imgcnn::train {
namespace {

namespace fs = std::filesystem;

class DataSourceTest : public ::testing::Test {
 protected:
  DataSourceTest() {
    fs::create_directories(folder_ / "set/sub");
    for (const char* name : {"set/b.png", "set/sub/a.jpg", "set/notes.md"}) put(name, "text");
  }
  void put(const std::string& name, const std::string& text) {
    write_file_atomically(folder_ / name, Bytes(text.begin(), text.end()), true);
  }
  static std::vector<std::string> names(const DataSource& source) {
    std::vector<std::string> result;
    for (const auto& picture : source.pictures) result.push_back(picture.name);
    return result;
  }

  using Names = std::vector<std::string>;
  TempDir folder_;
};

TEST_F(DataSourceTest, FoldersAreSearchedForPictures) {
  for (const char* name : {"set", "set/", "./set"}) {
    const auto source = find_source(folder_ / name);
    EXPECT_EQ(names(source), (Names{"b.png", "sub/a.jpg"})) << name;
    EXPECT_FALSE(source.weight);
  }
}

TEST_F(DataSourceTest, ListsAreRelativeToTheirFolder) {
  fs::create_directories(folder_ / "lists");
  const std::string absolute = folder_ / "lists/c.png";
  put("lists/some.txt", "../set/b.png\r\n\n" + absolute + "\nmissing.png");
  const auto source = find_source(folder_ / "lists/some.txt");
  EXPECT_EQ(names(source), (Names{"../set/b.png", "c.png", "missing.png"}));
  EXPECT_TRUE(fs::equivalent(source.pictures[0].path, folder_ / "set/b.png"));
  EXPECT_EQ(source.pictures[1].path, absolute);
}

TEST_F(DataSourceTest, WeightsStandBehindTheLastColon) {
  const std::string set = folder_ / "set";
  EXPECT_EQ(find_weighted_source(set + ":0.25").weight, 0.25);
  EXPECT_EQ(find_weighted_source(set + ":3").path, set);
  EXPECT_FALSE(find_weighted_source(set).weight);
  for (const char* wrong : {":0", ":-1", ":inf", ":nan", ":1x", ":", ":0.5:"})
    EXPECT_THROW((void)find_weighted_source(set + wrong), Error) << wrong;
  fs::create_directories(folder_ / "odd:x");
  fs::create_directories(folder_ / "other:2");
  put("odd:x/a.png", "text");
  put("other:2/a.png", "text");
  EXPECT_FALSE(find_weighted_source(folder_ / "odd:x").weight);
  EXPECT_EQ(find_weighted_source(folder_ / "odd:x:2").weight, 2.0);
  EXPECT_FALSE(find_weighted_source(folder_ / "other:2").weight);  // no "other" is there
}

TEST_F(DataSourceTest, WhatIsNoSourceIsRefused) {
  put("empty.lst", "\n");
  fs::create_directories(folder_ / "bare");
  for (const char* name : {"missing", "set/notes.md", "empty.lst", "bare"}) {
    try {
      (void)find_source(folder_ / name);
      FAIL() << name;
    } catch (const Error& e) {
      EXPECT_EQ(std::string(e.what()).rfind(folder_ / name, 0), 0U) << e.what();
    }
  }
}

TEST_F(DataSourceTest, FoldersThatMoveAreTheSame) {
  const auto before = find_source(folder_ / "set");
  fs::rename(folder_ / "set", folder_ / "elsewhere");
  const auto after = find_source(folder_ / "elsewhere");
  EXPECT_EQ(after.digest, before.digest);
  for (std::size_t i = 0; i < before.pictures.size(); ++i)
    EXPECT_EQ(is_held_out(after.pictures[i]), is_held_out(before.pictures[i]));
  put("elsewhere/new.png", "text");
  EXPECT_NE(find_source(folder_ / "elsewhere").digest, before.digest);
}

TEST_F(DataSourceTest, OnePictureInFiftyIsHeldOut) {
  int held_out = 0;
  for (int i = 0; i < 20000; ++i)
    held_out += is_held_out({"", "sub/" + std::to_string(i) + ".png"});
  EXPECT_NEAR(held_out, 400, 80);
}

}  // namespace
}  // namespace imgcnn::train
