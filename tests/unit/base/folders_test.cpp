// Folders: sorted, whole, and what cannot be listed told apart.
#include "imgcnn/base/folders.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "temp_dir.h"

namespace imgcnn {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

bool is_x(const std::string& path) { return fs::path(path).extension() == ".x"; }

TEST(FolderLock, HasOneHolderAtATimeAndLeavesNothingBehind) {
  const TempDir dir;
  {
    const FolderLock lock(dir.path());
    EXPECT_THROW(FolderLock(dir.path()), Error);
  }
  EXPECT_NO_THROW(FolderLock(dir.path()));
  EXPECT_THROW(FolderLock(dir / "missing"), Error);
  EXPECT_TRUE(fs::is_empty(dir.path()));
}

TEST(Folders, GivesWantedFilesSorted) {
  const TempDir dir;
  fs::create_directories(dir / "sub/deep.x");
  for (const char* name : {"b.x", "a.x", "a.y", "sub/c.x", "sub/deep.x/d.x"}) {
    write_file_atomically(dir / name, Bytes{1}, false);
  }
  EXPECT_EQ(list_folder(dir.path(), false, is_x).files, (Names{dir / "a.x", dir / "b.x"}));
  const FolderListing all = list_folder(dir.path(), true, is_x);
  EXPECT_EQ(all.files, (Names{dir / "a.x", dir / "b.x", dir / "sub/c.x", dir / "sub/deep.x/d.x"}));
  EXPECT_TRUE(all.unreadable.empty());
}

TEST(Folders, LinksToFilesCountAndLoopsEnd) {
  const TempDir dir;
  fs::create_directory(dir / "sub");
  write_file_atomically(dir / "a.x", Bytes{1}, false);
  fs::create_symlink("../a.x", dir / "sub/to_file.x");
  fs::create_symlink("nowhere", dir / "sub/to_nothing.x");
  fs::create_symlink("itself.x", dir / "sub/itself.x");
  fs::create_directory_symlink("..", dir / "sub/loop.x");
  EXPECT_EQ(
      list_folder(dir.path(), true, is_x).files,
      (Names{dir / "a.x", dir / "sub/itself.x", dir / "sub/to_file.x", dir / "sub/to_nothing.x"}));
}

TEST(Folders, WhatCannotBeListedIsNamed) {
  const TempDir dir;
  write_file_atomically(dir / "a.x", Bytes{1}, false);
  for (const char* name : {"missing", "a.x"}) {
    const FolderListing listing = list_folder(dir / name, true, is_x);
    ASSERT_EQ(listing.unreadable.size(), 1U) << name;
    EXPECT_EQ(listing.unreadable[0].path, dir / name);
    EXPECT_FALSE(listing.unreadable[0].reason.empty());
    EXPECT_TRUE(listing.files.empty());
  }
}

}  // namespace
}  // namespace imgcnn
