// Files: whole, atomic, never overwritten by accident.
#include "imgcnn/base/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "imgcnn/base/error.h"
#include "temp_dir.h"

namespace imgcnn {
namespace {

const Bytes kOld = {1, 2, 3};
const Bytes kNew = {9, 8, 7, 6, 5};

template <typename Call>
ErrorCode code_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::kInternal;
}

TEST(MappedFile, HoldsWhatTheFileHeldWhenItWasOpened) {
  const TempDir dir;
  write_file_atomically(dir / "a", kOld, false);
  const MappedFile before(dir / "a"), again(dir / "a");
  ASSERT_TRUE(before.identity());
  EXPECT_EQ(before.identity(), again.identity());
  before.release_memory();
  EXPECT_EQ(before.bytes(), SharedBytes(kOld));

  write_file_atomically(dir / "a", kNew, true);
  const MappedFile after(dir / "a");
  EXPECT_NE(before.identity(), after.identity());
  EXPECT_EQ(before.bytes(), SharedBytes(kOld));
  EXPECT_EQ(after.bytes(), SharedBytes(kNew));
}

TEST(MappedFile, ItsPartsKeepIt) {
  const TempDir dir;
  write_file_atomically(dir / "a", kNew, false);
  SharedBytes part;
  {
    const MappedFile file(dir / "a");
    part = file.bytes().subspan(1, 3);
  }
  EXPECT_EQ(part, SharedBytes(Bytes{8, 7, 6}));
}

TEST(MappedFile, ReadsWhatCannotBeMapped) {
  const TempDir dir;
  write_file_atomically(dir / "empty", Bytes(), false);
  const MappedFile empty(dir / "empty");
  EXPECT_EQ(empty.bytes().size(), 0U);
  EXPECT_FALSE(empty.identity());
  empty.release_memory();
  EXPECT_EQ(code_of([&] { (void)MappedFile(dir / "absent"); }), ErrorCode::kIo);
  EXPECT_EQ(code_of([&] { (void)MappedFile(dir.path()); }), ErrorCode::kIo);
  write_file_atomically(dir / "a", kNew, false);
  EXPECT_EQ(code_of([&] { (void)MappedFile(dir / "a", kNew.size() - 1); }),
            ErrorCode::kLimitExceeded);
}

TEST(ReadFile, GivesContents) {
  const TempDir dir;
  Bytes large(3'000'000);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * 7);
  write_file_atomically(dir / "a", large, false);
  EXPECT_EQ(read_file(dir / "a"), large);
  write_file_atomically(dir / "empty", Bytes(), false);
  EXPECT_TRUE(read_file(dir / "empty").empty());
}

TEST(ReadFile, NamesWhatCannotBeRead) {
  const TempDir dir;
  EXPECT_EQ(code_of([&] { (void)read_file(dir / "missing"); }), ErrorCode::kIo);
  EXPECT_EQ(code_of([&] { (void)read_file(dir.path()); }), ErrorCode::kIo);
  EXPECT_EQ(code_of([] { (void)read_file("/dev/zero", 1000); }), ErrorCode::kLimitExceeded);
  write_file_atomically(dir / "a", kNew, false);
  EXPECT_EQ(code_of([&] { (void)read_file(dir / "a", 4); }), ErrorCode::kLimitExceeded);
  EXPECT_EQ(read_file(dir / "a", 5), kNew);
}

TEST(AtomicFile, TakesTheLongestName) {
  const TempDir dir;
  const std::string name = dir / std::string(255, 'x');
  write_file_atomically(name, kNew, false);
  EXPECT_EQ(read_file(name), kNew);
  std::string of_pairs;
  for (int i = 0; i < 127; ++i) of_pairs += "\xC3\xA9";
  write_file_atomically(dir / of_pairs, kNew, false);
  EXPECT_EQ(dir.count(), 2U);
}

TEST(AtomicFile, AppearsOnlyWithCommit) {
  const TempDir dir;
  AtomicFile file(dir / "out");
  file.write(kOld);
  file.write(kNew);
  EXPECT_FALSE(std::filesystem::exists(dir / "out"));
  EXPECT_EQ(dir.count(), 1U);
  file.commit();
  EXPECT_EQ(read_file(dir / "out"), (Bytes{1, 2, 3, 9, 8, 7, 6, 5}));
  EXPECT_EQ(dir.count(), 1U);
}

TEST(AtomicFile, LeavesNothingWithoutCommit) {
  const TempDir dir;
  write_file_atomically(dir / "out", kOld, false);
  {
    AtomicFile file(dir / "out", true);
    file.write(kNew);
  }
  EXPECT_EQ(read_file(dir / "out"), kOld);
  EXPECT_EQ(dir.count(), 1U);
}

TEST(AtomicFile, RefusesAnExistingTarget) {
  const TempDir dir;
  write_file_atomically(dir / "out", kOld, false);
  EXPECT_EQ(code_of([&] { write_file_atomically(dir / "out", kNew, false); }), ErrorCode::kExists);
  EXPECT_EQ(read_file(dir / "out"), kOld);
  ASSERT_EQ(::chmod((dir / "out").c_str(), 0640), 0);
  write_file_atomically(dir / "out", kNew, true);
  EXPECT_EQ(read_file(dir / "out"), kNew);
  EXPECT_EQ(std::filesystem::status(dir / "out").permissions(),
            static_cast<std::filesystem::perms>(0640));
}

TEST(AtomicFile, RefusesATargetThatAppearedMeanwhile) {
  const TempDir dir;
  AtomicFile file(dir / "out");
  file.write(kNew);
  std::ofstream(dir / "out") << "mine";
  EXPECT_EQ(code_of([&] { file.commit(); }), ErrorCode::kExists);
  EXPECT_EQ(read_file(dir / "out").size(), 4U);
}

TEST(AtomicFile, TwoWritersDoNotMeet) {
  const TempDir dir;
  AtomicFile first(dir / "out", true);
  AtomicFile second(dir / "out", true);
  first.write(kOld);
  second.write(kNew);
  second.commit();
  first.commit();
  EXPECT_EQ(read_file(dir / "out"), kOld);
  EXPECT_EQ(dir.count(), 1U);
}

TEST(AtomicFile, WritesDevicesDirectly) {
  write_file_atomically("/dev/null", kNew, false);
  EXPECT_EQ(code_of([] { write_file_atomically("/dev/full", kNew, false); }), ErrorCode::kWrite);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST(AtomicFile, WritesIntoDescriptorsThatAreOpen) {
  const TempDir dir;
  const std::string seen = dir / "seen";
  const int descriptor = ::open(seen.c_str(), O_WRONLY | O_CREAT, 0644);
  ASSERT_GE(descriptor, 0);
  const std::string name = "/proc/self/fd/" + std::to_string(descriptor);
  std::filesystem::create_symlink(name, dir / "link");
  EXPECT_EQ(output_descriptor(name), descriptor);
  EXPECT_EQ(output_descriptor("/dev/fd/" + std::to_string(descriptor)), descriptor);
  EXPECT_EQ(output_descriptor(dir / "link"), descriptor);
  EXPECT_EQ(output_descriptor("-"), STDOUT_FILENO);
  EXPECT_EQ(output_descriptor("/dev/stdout"), STDOUT_FILENO);
  EXPECT_EQ(output_descriptor(seen), std::nullopt);
  EXPECT_EQ(output_descriptor(dir / "missing"), std::nullopt);
  EXPECT_TRUE(would_replace(seen));
  EXPECT_FALSE(would_replace(name));
  write_file_atomically(name, kOld, false);
  write_file_atomically(dir / "link", kNew, false);
  ::close(descriptor);
  EXPECT_EQ(read_file(seen), (Bytes{1, 2, 3, 9, 8, 7, 6, 5}));
  EXPECT_EQ(dir.count(), 2U);
}

unsigned permissions_of(const std::string& path) {
  return static_cast<unsigned>(std::filesystem::status(path).permissions());
}

TEST(AtomicFile, TakesPermissionsAndTimesOver) {
  const TempDir dir;
  write_file_atomically(dir / "in", kOld, false);
  const timespec times[] = {{1'000'000'000, 5}, {1'100'000'000, 123'456'789}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (dir / "in").c_str(), times, 0), 0);
  for (const unsigned permissions : {0600U, 0640U, 0755U, 0444U}) {
    const std::string out = dir / "out" + std::to_string(permissions);
    ASSERT_EQ(::chmod((dir / "in").c_str(), permissions), 0);
    const auto attributes = file_attributes(dir / "in");
    ASSERT_TRUE(attributes);
    AtomicFile file(out, false, attributes);
    const std::string temporary = out + ".tmp." + std::to_string(::getpid());
    EXPECT_EQ(permissions_of(temporary), permissions);
    file.write(kNew);
    file.commit();
    EXPECT_EQ(permissions_of(out), permissions);
    struct stat status = {};
    ASSERT_EQ(::stat(out.c_str(), &status), 0);
    EXPECT_EQ(status.st_atim.tv_sec, 1'000'000'000);
    EXPECT_EQ(status.st_mtim.tv_sec, 1'100'000'000);
    EXPECT_EQ(status.st_mtim.tv_nsec, 123'456'789);
  }
}

TEST(AtomicFile, AFileThatIsReplacedKeepsItsPermissionsAndTakesTheTimes) {
  const TempDir dir;
  write_file_atomically(dir / "out", kOld, false);
  ASSERT_EQ(::chmod((dir / "out").c_str(), 0640), 0);
  write_file_atomically(dir / "out", kNew, true, FileAttributes{0600, {1, 0}, {2, 0}});
  EXPECT_EQ(permissions_of(dir / "out"), 0640U);
  EXPECT_EQ(file_attributes(dir / "out")->modified.tv_sec, 2);
}

TEST(FileAttributes, AreThoseOfRegularFilesAlone) {
  const TempDir dir;
  for (const std::string& path :
       {std::string("-"), std::string("/dev/null"), dir.path(), dir / "missing"})
    EXPECT_FALSE(file_attributes(path)) << path;
}

TEST(AtomicFile, ReportsImpossibleTargets) {
  const TempDir dir;
  EXPECT_EQ(code_of([&] { write_file_atomically(dir.path(), kNew, true); }), ErrorCode::kWrite);
  EXPECT_EQ(code_of([&] { write_file_atomically(dir / "no/such/folder", kNew, true); }),
            ErrorCode::kWrite);
}

TEST(AtomicFile, FollowsLinks) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "sub");
  write_file_atomically(dir / "sub/real", kOld, false);
  std::filesystem::create_symlink("sub/real", dir / "link");
  write_file_atomically(dir / "link", kNew, true);
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "link"));
  EXPECT_EQ(read_file(dir / "sub/real"), kNew);

  std::filesystem::create_symlink("sub/later", dir / "dangling");
  write_file_atomically(dir / "dangling", kOld, false);
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "dangling"));
  EXPECT_EQ(read_file(dir / "sub/later"), kOld);
}

TEST(SameFile, SeesThroughLinksAndSpellings) {
  const TempDir dir;
  write_file_atomically(dir / "a", kOld, false);
  write_file_atomically(dir / "b", kOld, false);
  std::filesystem::create_symlink("a", dir / "soft");
  std::filesystem::create_hard_link(dir / "a", dir / "hard");
  EXPECT_TRUE(same_file(dir / "a", dir / "./a"));
  EXPECT_TRUE(same_file(dir / "a", dir / "soft"));
  EXPECT_TRUE(same_file(dir / "a", dir / "hard"));
  EXPECT_FALSE(same_file(dir / "a", dir / "b"));
  EXPECT_FALSE(same_file(dir / "a", dir / "missing"));
  EXPECT_FALSE(same_file("-", "-"));
}

}  // namespace
}  // namespace imgcnn
