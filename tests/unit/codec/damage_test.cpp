// Every truncation and every byte flip of a file: an error or the same picture, never a crash.

#include <gtest/gtest.h>

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
