// Packs: what goes in comes out; damage is found.

#include "train/pack_file.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/temp_dir.h"
#include "imgcnn/base/error.h"

namespace imgcnn::train {
namespace {

Bytes ramp(std::size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

TEST(PackFile, RoundTrip) {
  const TempDir folder;
  const std::string path = folder / "a.pack";
  PackWriter writer(path);
  writer.add(2, 3, ramp(18));
  writer.add(5, 1, ramp(15));
  writer.commit();
  EXPECT_TRUE(is_pack_file(path));
  const PackFile pack(path);
  ASSERT_EQ(pack.entries().size(), 2U);
  EXPECT_EQ(pack.entries()[1].width, 5U);
  EXPECT_EQ(Bytes(pack.pixels(1), pack.pixels(1) + 15), ramp(15));
}

TEST(PackFile, EveryTruncationIsRefused) {
  const TempDir folder;
  const std::string path = folder / "a.pack";
  PackWriter writer(path);
  writer.add(2, 2, ramp(12));
  writer.commit();
  const Bytes whole = read_file(path);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = folder / "cut.pack";
    write_file_atomically(cut, ByteSpan(whole.data(), size), true);
    EXPECT_THROW(PackFile{cut}, Error) << size;
  }
}

TEST(PackFile, NothingAppearsBeforeCommit) {
  const TempDir folder;
  const std::string path = folder / "a.pack";
  {
    PackWriter writer(path);
    writer.add(1, 1, ramp(3));
  }
  EXPECT_FALSE(is_pack_file(path));
}

}  // namespace
}  // namespace imgcnn::train
