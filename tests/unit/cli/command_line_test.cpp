#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <vector>

namespace imgcnn::cli {
namespace {

// Runs the whole program on arguments that must not need the engine; returns status, stdout and
// stderr.
struct Ended {
  int status = 0;
  std::string out;
  std::string err;
};

Ended run(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "imgcnn");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Ended ended;
  ended.status = run_command_line(static_cast<int>(arguments.size()), arguments.data());
  ended.out = testing::internal::GetCapturedStdout();
  ended.err = testing::internal::GetCapturedStderr();
  return ended;
}

TEST(CommandLine, HelpGoesToStdout) {
  for (const char* verb :
       {"compress", "decompress", "info", "verify", "eval", "train", "pack", "export"}) {
    const Ended ended = run({verb, "--help"});
    EXPECT_EQ(ended.status, 0) << verb;
    EXPECT_NE(ended.out.find(verb), std::string::npos) << verb;
    EXPECT_NE(ended.out.find("Example"), std::string::npos) << verb;
    EXPECT_TRUE(ended.err.empty()) << verb;
  }
  EXPECT_EQ(run({"--help"}).status, 0);
  EXPECT_EQ(run({"--version"}).out.rfind("imgcnn ", 0), 0U);
}

TEST(CommandLine, UsageErrorsAreTwoAndOneLine) {
  const std::vector<std::vector<const char*>> lines = {
      {},
      {"frobnicate"},
      {"compress"},
      {"compress", "a.png"},
      {"compress", "a.png", "b.png", "c.png"},
      {"compress", "-r", "a", "b"},
      {"compress", "--shard", "1/2", "a.png", "b.cnz"},
      {"compress", "--shard", "3/2", "--output-dir", "d", "a.png"},
      {"compress", "-q", "101", "a.png", "b.cnz"},
      {"compress", "-q", "nan", "a.png", "b.cnz"},
      {"compress", "-q", "x", "a.png", "b.cnz"},
      {"compress", "--brightness", "-2", "a.png", "b.cnz"},
      {"compress", "--colour-balance", "1,2", "a.png", "b.cnz"},
      {"compress", "--no-such-option", "a.png", "b.cnz"},
      {"compress", "--json", "a.png", "-"},
      {"compress", "-q", "5", "--target-size", "9K", "a.png", "b.cnz"},
      {"compress", "--target-bpp", "1", "--target-psnr", "30", "a.png", "b.cnz"},
      {"compress", "--target-psnr", "30", "--target-jpeg", "75", "a.png", "b.cnz"},
      {"compress", "--target-size", "1X", "a.png", "b.cnz"},
      {"compress", "-f", "--skip-existing", "a.png", "b.cnz"},
      {"compress", "--suffix", "a/b", "a.png"},
      {"compress", "--filelist", "list", "a.png", "b.cnz"},
      {"compress", "-0", "a.png", "b.cnz"},
      {"compress", "-j", "-1", "a.png", "b.cnz"},
      {"compress", "-o", "d"},
      {"compress", "--runtime", "other", "a.png", "b.cnz"},
      {"compress", "--runtime", "native", "--device", "cuda", "a.png", "b.cnz"},
      {"decompress", "--device", "cuda:1", "--runtime", "native", "a.cnz", "b.png"},
      {"verify"},
      {"verify", "--runtime", "native", "--device", "cuda", "a.cnz"},
      {"eval", "--data", "d", "--out", "r", "--runtime", "native", "--device", "cuda"},
      {"decompress", "--format", "gif", "a.cnz", "b.gif"},
      {"decompress", "--png-level", "10", "a.cnz", "b.png"},
      {"decompress", "--png-level", "-1", "a.cnz", "b.png"},
      {"decompress", "--png-level", "best", "a.cnz", "b.png"},
      {"decompress", "--quiet", "--verbose", "a.cnz", "b.png"},
      {"train", "--data", "d", "--out", "r", "--time", "soon"},
      {"train", "--data", "d", "--out", "r", "--time", "1h", "--steps", "5"},
      {"export", "run"},
      {"info"},
  };
  for (const auto& line : lines) {
    const Ended ended = run(line);
    const std::string shown = testing::PrintToString(line);
    EXPECT_EQ(ended.status, 2) << shown;
    EXPECT_TRUE(ended.out.empty()) << shown;
    EXPECT_EQ(ended.err.rfind("imgcnn: ", 0), 0U) << shown;
    EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << ended.err;
  }
}

TEST(CommandLine, InfoNamesTheFileThatCannotBeRead) {
  const Ended ended = run({"info", "no/such/file.cnz"});
  EXPECT_EQ(ended.status, 3);
  EXPECT_NE(ended.err.find("no/such/file.cnz"), std::string::npos);
}

}  // namespace
}  // namespace imgcnn::cli
