// Programs run, and what is left of them.
#include "eval/external_program.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"

namespace imgcnn::eval {
namespace {

std::string message_of(const std::vector<std::string>& arguments) {
  PrivateFolder folder;
  try {
    run_program(arguments, folder);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(ExternalProgram, GetsItsArgumentsAsTheyAre) {
  PrivateFolder folder;
  const std::string from = folder.file("a b; $(c).txt", Bytes{1, 2, 3});
  const std::string to = folder.file("'quoted' *");
  run_program({"cp", "--", from, to}, folder);
  EXPECT_EQ(read_file(to), (Bytes{1, 2, 3}));
}

TEST(ExternalProgram, ReturnsWhatIsPrinted) {
  PrivateFolder folder;
  EXPECT_EQ(run_program({"sh", "-c", "echo one; echo two >&2"}, folder), "one\ntwo\n");
  EXPECT_EQ(run_program({"true"}, folder), "");
}

TEST(ExternalProgram, FailuresAreNamed) {
  EXPECT_EQ(message_of({"true"}), "");
  EXPECT_EQ(message_of({"false"}), "false: failed with status 1");
  EXPECT_EQ(message_of({"sh", "-c", "echo why >&2; echo; exit 7"}),
            "sh: failed with status 7: why");
  EXPECT_EQ(message_of({"sh", "-c", "kill -9 $$"}), "sh: killed by signal 9");
  EXPECT_NE(message_of({"no-such-program-here"}), "");
  EXPECT_TRUE(is_in_path("sh"));
  EXPECT_FALSE(is_in_path("no-such-program-here"));
}

TEST(PrivateFolder, IsPrivateAndGoesAway) {
  namespace fs = std::filesystem;
  std::string path;
  {
    PrivateFolder folder;
    path = fs::path(folder.file("x", Bytes{1})).parent_path();
    const fs::perms everyone = fs::perms::group_all | fs::perms::others_all;
    EXPECT_EQ(fs::status(path).permissions() & everyone, fs::perms::none);
    fs::create_directory(path + "/deeper");
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace imgcnn::eval
