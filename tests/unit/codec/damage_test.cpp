// Every truncation and every byte flip of a file: an error or the same picture, never a crash.

#include <gtest/gtest.h>

#include "codec/planned_file.h"
#include "codec/test_model.h"
#include "imgcnn/base/error.h"

namespace imgcnn::codec {
namespace {

/// With and without a context coder.
class DamageTest : public ::testing::TestWithParam<const char*> {
 protected:
  DamageTest()
      : codec_(write_model(folder_ / "m.safetensors", testing::tiny_fast(), 1,
                           std::string(GetParam()) == "context"),
               one_thread()) {
    auto picture = waves(37, 29, 4, 8);
    picture.metadata.icc = {1, 2, 3, 4};
    file_ = codec_.encode(picture, {}).bytes;
    whole_ = codec_.decode(file_);
  }

  /// True when the bytes are refused with the project's error; fails the test when another picture
  /// comes out.
  bool refused(const Bytes& bytes, std::size_t place) {
    try {
      const auto picture = codec_.decode(bytes);
      EXPECT_EQ(picture.samples, whole_.samples) << place;
      return false;
    } catch (const Error&) {
      return true;
    }
  }

  TempDir folder_;
  Codec codec_;
  Bytes file_;
  image::Image whole_;
};

TEST_P(DamageTest, Truncations) {
  for (std::size_t size = 0; size < file_.size(); ++size) {
    EXPECT_TRUE(
        refused(Bytes(file_.begin(), file_.begin() + static_cast<std::ptrdiff_t>(size)), size))
        << size;
  }
}

TEST_P(DamageTest, ByteFlips) {
  std::size_t refusals = 0;
  for (std::size_t i = 0; i < file_.size(); ++i) {
    for (std::uint8_t mask : {0x01, 0x80, 0xFF}) {
      Bytes bytes = file_;
      bytes[i] ^= mask;
      refusals += refused(bytes, i) ? 1 : 0;
    }
  }
  EXPECT_EQ(refusals, 3 * file_.size());  // checksums cover every byte
}

TEST_P(DamageTest, ChecksumsOfSectionsThatWereMadeToFit) {
  const auto container = bitstream::parse_container(file_, {}, "x");
  for (const auto section : {&bitstream::Container::coarse, &bitstream::Container::detail})
    expect_no_damage_passes(codec_, container, section, {});
}

TEST_P(DamageTest, WordsOnTheWrongSideOfTheBorder) {
  const auto container = bitstream::parse_container(file_, {}, "x");
  ASSERT_GT(container.coarse.size(), 10U);
  ASSERT_GT(container.detail.size(), 2U);
  const auto expect_corrupt = [&](const bitstream::Container& damaged) {
    try {
      (void)codec_.decode(bitstream::serialize_container(damaged));
      FAIL() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
    }
  };
  auto before = container, behind = container;
  before.coarse.insert(before.coarse.end(), container.detail.begin(), container.detail.begin() + 2);
  before.detail.erase(before.detail.begin(), before.detail.begin() + 2);
  expect_corrupt(before);
  behind.detail.insert(behind.detail.begin(), container.coarse.end() - 2, container.coarse.end());
  behind.coarse.resize(container.coarse.size() - 2);
  expect_corrupt(behind);
}

TEST_P(DamageTest, TrailingBytes) {
  Bytes bytes = file_;
  bytes.push_back(0);
  EXPECT_TRUE(refused(bytes, bytes.size()));
}

TEST_P(DamageTest, DamagedModels) {
  // A model file with a flipped byte is refused or is another model: it never decodes this file to
  // another picture.
  const Bytes model = read_file(folder_ / "m.safetensors");
  const std::string path = folder_ / "damaged.safetensors";
  for (std::size_t i = 0; i < model.size(); i += 1009) {
    Bytes bytes = model;
    bytes[i] ^= 0x40;
    write_file_atomically(path, bytes, true);
    try {
      EXPECT_EQ(Codec(path, one_thread()).decode(file_).samples, whole_.samples) << i;
    } catch (const Error&) {
      SUCCEED();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, DamageTest, ::testing::Values("fast", "context"));

}  // namespace
}  // namespace imgcnn::codec
