#include "cli/engine/plan.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/temp_dir.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"

namespace imgcnn::cli {
namespace {

// Where nothing is a folder, nothing is listed.
bool no_folder(const std::string& path) {
  ADD_FAILURE() << path;
  return false;
}

std::string output_of(const std::string& input, const std::string& folder,
                      const std::string& suffix) {
  BatchOptions batch;
  batch.paths = {input};
  batch.output_dir = folder;
  batch.suffix = suffix;
  return plan_jobs(batch, ".cnz", no_folder).at(0).output;
}

TEST(Plan, OutputsAreNamedAfterInputs) {
  EXPECT_EQ(output_of("a/b/c.png", "out", ""), "out/c.cnz");
  EXPECT_EQ(output_of("a/b/c.png", "out/", "_q.cnz"), "out/c_q.cnz");
  EXPECT_EQ(output_of("a/b/c.tar.png", "", ".cnz"), "a/b/c.tar.cnz");
  EXPECT_EQ(output_of("c.png", "", ".{ext}.cnz"), "c.png.cnz");
  EXPECT_EQ(output_of("c", "", "-{ext}.cnz"), "c-.cnz");
}

TEST(Plan, ListsKeepFolders) {
  const TempDir folder;
  const std::string list = folder / "list";
  const std::string text = "a/b.png\r\n\n./c/../d.png\n/e/f.png";
  write_file_atomically(list, Bytes(text.begin(), text.end()), true);
  BatchOptions batch;
  batch.filelist = list;
  batch.output_dir = "out";
  const auto jobs = plan_jobs(batch, ".cnz", no_folder);
  ASSERT_EQ(jobs.size(), 3U);
  EXPECT_EQ(jobs[0].input, "a/b.png");
  EXPECT_EQ(jobs[0].output, "out/a/b.cnz");
  EXPECT_EQ(jobs[1].output, "out/d.cnz");
  EXPECT_EQ(jobs[2].output, "out/e/f.cnz");
  const std::string outside = "a/../../b.png";
  write_file_atomically(list, Bytes(outside.begin(), outside.end()), true);
  EXPECT_THROW((void)plan_jobs(batch, ".cnz", no_folder), Error);
}

TEST(Plan, ShardsPartTheWork) {
  BatchOptions batch;
  batch.output_dir = "out";
  for (int i = 0; i < 10; ++i) batch.paths.push_back(std::to_string(i) + ".png");
  std::multiset<std::string> seen;
  for (int index = 1; index <= 4; ++index) {
    batch.shard = {index, 4};
    for (const Job& job : plan_jobs(batch, ".cnz", no_folder)) seen.insert(job.input);
  }
  EXPECT_EQ(seen, std::multiset<std::string>(batch.paths.begin(), batch.paths.end()));
}

TEST(Plan, FoldersAreMirroredAndThoseThatCannotBeListedFailAlone) {
  const TempDir folder;
  std::filesystem::create_directories(folder / "in/sub");
  for (const char* name : {"in/sub/b.png", "in/a.png", "in/notes.txt"})
    write_file_atomically(folder / name, Bytes{1}, false);
  BatchOptions batch;
  batch.recursive = true;
  batch.paths = {folder / "in"};
  batch.output_dir = "out";
  const auto is_png = [](const std::string& path) {
    return std::filesystem::path(path).extension() == ".png";
  };
  const auto jobs = plan_jobs(batch, ".cnz", is_png);
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0].output, "out/a.cnz");
  EXPECT_EQ(jobs[1].output, "out/sub/b.cnz");
  EXPECT_TRUE(jobs[1].error.empty());
  batch.recursive = false;
  EXPECT_THROW((void)plan_jobs(batch, ".cnz", is_png), Error);
}

TEST(Plan, ShardsAgreeWhateverTheOrder) {
  BatchOptions batch;
  batch.output_dir = "out";
  batch.shard = {2, 3};
  batch.paths = {"a.png", "b.png", "c.png", "d.png"};
  const auto jobs = plan_jobs(batch, ".cnz", no_folder);
  batch.paths = {"c.png", "d.png", "b.png", "a.png"};
  const auto same = plan_jobs(batch, ".cnz", no_folder);
  ASSERT_EQ(jobs.size(), 1U);
  ASSERT_EQ(same.size(), 1U);
  EXPECT_EQ(jobs[0].input, same[0].input);
}

TEST(Plan, RefusesWhatWouldLoseAFile) {
  BatchOptions batch;
  batch.suffix = ".png";
  for (const std::vector<std::string>& paths :
       {std::vector<std::string>{"a.jpg", "a.png"}, {"a.jpg", "./a.bmp"}, {"-"}}) {
    batch.paths = paths;
    EXPECT_THROW((void)plan_jobs(batch, ".cnz", no_folder), Error) << testing::PrintToString(paths);
  }
}

}  // namespace
}  // namespace imgcnn::cli
