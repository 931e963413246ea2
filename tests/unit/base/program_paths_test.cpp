// What belongs to a program is found from where the program lies.
#include "imgcnn/base/program_paths.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "imgcnn/base/files.h"
#include "temp_dir.h"

namespace imgcnn {
namespace {

namespace fs = std::filesystem;

TEST(ProgramPaths, TheProgramLiesInItsFolder) {
  EXPECT_TRUE(fs::is_regular_file(program_folder() + "/imgcnn_base_test")) << program_folder();
}

TEST(ProgramPaths, ModulesLieBesideTheProgramOrAreInstalled) {
  const auto folders = module_folders();
  ASSERT_EQ(folders.size(), 2U);
  EXPECT_EQ(folders[0], program_folder());
  EXPECT_EQ(folders[1].rfind(fs::path(program_folder()).parent_path().string(), 0), 0U)
      << folders[1];
  EXPECT_EQ(fs::path(folders[1]).filename(), "imgcnn");
}

TEST(ProgramPaths, DataLieInTheProgramsFolderOrAboveItOrAreInstalled) {
  const fs::path program = program_folder(), above = program.parent_path();
  const std::vector<std::string> expected = {program / "models", above / "models",
                                             above.parent_path() / "models",
                                             above / "share/imgcnn/models"};
  EXPECT_EQ(data_folders("models"), expected);
}

TEST(ProgramPaths, TheFirstFolderThatHasAFileWins) {
  const TempDir first, second;
  const std::vector<std::string> folders = {"/nonexistent", first.path(), second.path()};
  write_file_atomically(second / "a.file", {}, false);
  EXPECT_EQ(find_in_folders(folders, "a.file", ErrorCode::kIo), second / "a.file");
  write_file_atomically(first / "a.file", {}, false);
  EXPECT_EQ(find_in_folders(folders, "a.file", ErrorCode::kIo), first / "a.file");
}

std::string refusal(const std::vector<std::string>& folders) {
  try {
    return find_in_folders(folders, "a.file", ErrorCode::kModelMissing, "mine: ");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelMissing);
    return error.what();
  }
}

TEST(ProgramPaths, ARefusalNamesTheFolders) {
  EXPECT_EQ(refusal({"/nonexistent", "/neither"}), "mine: no a.file in /nonexistent, /neither");
  EXPECT_EQ(refusal({}), "mine: no a.file in any folder: /proc is not there");
}

}  // namespace
}  // namespace imgcnn
