// Previews from the front of a file: whatever becomes of the rest, they are the same or refused.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "codec/planned_file.h"
#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/stream_table.h"

namespace imgcnn::codec {
namespace {

ErrorCode code_of(const Codec& codec, ByteSpan file, const DecodeOptions& options) {
  try {
    (void)codec.decode(file, options);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::kInternal;  // no decoder throws this
}

/// In one tile and in several.
class Preview : public ::testing::TestWithParam<int> {
 protected:
  Preview() {
    small_.preview = true;
    CodingPlan plan = files_.plan(picture_, 50);
    plan.tile = GetParam();
    tiles_ = plan.tiled() ? static_cast<std::size_t>(plan.grid().count()) : 0;
    file_ = files_.file(picture_, plan);
    preview_ = files_.codec.decode(file_, small_);
    needed_ = static_cast<std::size_t>(bitstream::inspect_container(file_, "x").preview_bytes);
  }

  PlannedFiles files_{testing::tiny_fast(), true};
  image::Image picture_ = waves(75, 40, 3, 8);
  DecodeOptions small_;
  Bytes file_;
  image::Image preview_;
  std::size_t needed_ = 0;
  std::size_t tiles_ = 0;  ///< 0: one, without a table
};

TEST_P(Preview, IsTheSameOfEveryFileThatIsCutBehindItsFront) {
  ASSERT_LT(needed_ + 20, file_.size());
  for (std::size_t size = 0; size < file_.size(); ++size) {
    const ByteSpan cut(file_.data(), size);
    EXPECT_EQ(code_of(files_.codec, cut, {}), ErrorCode::kTruncated) << size;
    if (size < needed_) {
      EXPECT_EQ(code_of(files_.codec, cut, small_), ErrorCode::kTruncated) << size;
    } else {
      EXPECT_EQ(files_.codec.decode(cut, small_).samples, preview_.samples) << size;
    }
  }
}

TEST_P(Preview, IsHurtByDamageOfItsFrontAlone) {
  for (std::size_t i = 0; i < file_.size(); ++i) {
    for (const int mask : {0x01, 0x80, 0xFF}) {
      Bytes damaged = file_;
      damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ mask);
      EXPECT_NE(code_of(files_.codec, damaged, {}), ErrorCode::kInternal) << i;
      if (i < needed_) {
        EXPECT_NE(code_of(files_.codec, damaged, small_), ErrorCode::kInternal) << i;
      } else {
        EXPECT_EQ(files_.codec.decode(damaged, small_).samples, preview_.samples) << i;
      }
    }
  }
}

TEST_P(Preview, IsOfAFrontWhoseWordsAreUsedUp) {
  for (const int words : {-1, 1}) {
    auto container = bitstream::parse_container(file_, {}, "x");
    std::vector<Bytes> parts;
    if (tiles_ > 0) {
      for (const ByteSpan part : bitstream::parse_streams(container.coarse, tiles_ + 1, "x"))
        parts.push_back(part.to_bytes());
    } else {
      parts.push_back(container.coarse);
    }
    Bytes& last = parts.back();
    last.resize(words > 0 ? last.size() + 2 : last.size() - 2);
    container.coarse = tiles_ > 0 ? bitstream::serialize_streams(parts) : last;
    EXPECT_EQ(code_of(files_.codec, bitstream::serialize_container(container), small_),
              ErrorCode::kCorrupt)
        << words;
  }
}

INSTANTIATE_TEST_SUITE_P(Tiles, Preview, ::testing::Values(0, 1));

TEST(PreviewOfTiles, ChecksTheSymbolsOfTheHyperLatent) {
  PlannedFiles files(testing::tiny_fast());
  const auto picture = waves(75, 40, 3, 8);
  CodingPlan plan = files.plan(picture, 50);
  plan.tile = 1;
  auto container = bitstream::parse_container(files.file(picture, plan), {}, "x");
  const auto tiles = static_cast<std::size_t>(plan.grid().count());
  const auto streams = bitstream::parse_streams(container.coarse, tiles + 1, "x");
  const std::size_t begin = 4 * (tiles + 1), end = begin + streams.front().size();
  DecodeOptions small;
  small.preview = true;
  for (std::size_t i = begin; i < end; ++i) {
    auto damaged = container;
    damaged.coarse[i] ^= 0x04;
    EXPECT_EQ(code_of(files.codec, bitstream::serialize_container(damaged), small),
              ErrorCode::kCorrupt)
        << i;
  }
}

TEST(PreviewOfAlpha, IsOpaqueWhereTheFileEndsBeforeIt) {
  TempDir folder;
  const Codec codec(write_model(folder / "m.safetensors", testing::tiny_fast()), one_thread());
  const Bytes file = codec.encode(waves(75, 40, 4, 8), {}).bytes;
  const auto info = bitstream::inspect_container(file, "x");
  DecodeOptions small;
  small.preview = true;
  const auto whole = codec.decode(file, small);
  const auto front =
      codec.decode(ByteSpan(file.data(), static_cast<std::size_t>(info.preview_bytes)), small);
  EXPECT_FALSE(image::is_opaque(whole));
  EXPECT_TRUE(front.has_alpha());
  EXPECT_TRUE(image::is_opaque(front));
  for (std::size_t i = 0; i < whole.samples.size(); ++i) {
    if (i % 4 != 3) {
      EXPECT_EQ(front.samples[i], whole.samples[i]) << i;
    }
  }
}

}  // namespace
}  // namespace imgcnn::codec
