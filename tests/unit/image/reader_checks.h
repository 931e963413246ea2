#pragma once
// What the tests of the picture readers ask of a file.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <string>
#include <vector>

#include "imgcnn/image/image_io.h"
#include "test_pictures.h"

namespace imgcnn::image {

/// What was decoded has these channels, depth, samples and warnings.
inline void expect_decoded(const DecodedImage& decoded, int channels, int bit_depth,
                           const std::vector<std::uint16_t>& samples,
                           const std::vector<std::string>& warnings) {
  EXPECT_EQ(decoded.image.channels, channels);
  EXPECT_EQ(decoded.image.bit_depth, bit_depth);
  EXPECT_EQ(decoded.image.samples, samples);
  EXPECT_EQ(decoded.image.pixels() * static_cast<std::size_t>(channels), samples.size());
  EXPECT_EQ(decoded.warnings, warnings);
}

/// The message of the kUnsupportedImage that a file gives; "no error" when it is read.
inline std::string refusal_of(const Bytes& file, const std::string& origin) {
  try {
    (void)decode_image(file, origin);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupportedImage) << error.what();
    return error.what();
  }
  return "no error";
}

/// Every beginning of the file is refused, and the file itself is read.
inline void expect_errors_at_all_lengths(const Bytes& file, const std::string& origin) {
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto call = [&] { (void)decode_image(ByteSpan(file).subspan(0, size), origin); };
    ASSERT_EQ(code_of(call), ErrorCode::kUnsupportedImage) << size << " of " << file.size();
  }
  EXPECT_NO_THROW((void)decode_image(file, origin));
}

/// A file that was altered at byte `at` is read as a whole picture, or found at fault, or found too
/// large.
inline void expect_picture_or_error(const Bytes& file, const std::string& origin, std::size_t at,
                                    const ReadOptions& options = {}) {
  try {
    const Image picture = decode_image(file, origin, options);
    EXPECT_EQ(picture.samples.size(), picture.pixels() * static_cast<std::size_t>(picture.channels))
        << at;
  } catch (const Error& error) {
    const bool usual =
        error.code() == ErrorCode::kUnsupportedImage || error.code() == ErrorCode::kLimitExceeded;
    EXPECT_TRUE(usual) << at << " " << error.what();
  }
}

/// Whatever byte is changed, the file is read, or found at fault, or found too large.
inline void expect_altered_bytes_never_crash(const Bytes& file) {
  ReadOptions small;
  small.max_pixels = 1 << 16;
  for (std::size_t i = 0; i < file.size(); ++i) {
    Bytes altered = file;
    altered[i] ^= 0xFF;
    expect_picture_or_error(altered, "x", i, small);
  }
}

/// The most memory that this process has held, in MiB.
inline long peak_memory() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/// What a refused file may add to it, in MiB.
constexpr long kLittleMemory = 64;

}  // namespace imgcnn::image
