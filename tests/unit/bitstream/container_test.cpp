// The .cnz container: round trips, every kind of damage, unknown sections, limits.

#include "imgcnn/bitstream/container.h"

#include <gtest/gtest.h>

#include <limits>

#include "imgcnn/base/error.h"

namespace imgcnn::bitstream {
namespace {

Container sample() {
  Container c;
  c.header.width = 300;
  c.header.height = 70000;
  c.header.channels = 4;
  c.header.bit_depth = 16;
  c.header.quality16 = 1234;
  c.header.model_id = {1, 2, 3, 4, 5, 6, 7, 255};
  c.header.preprocess = {-0.25F, 1.5F, {0.5F, 1.0F, 10.0F}};
  c.header.coarse = 24;
  c.coarse = Bytes(200, 7);
  c.pixels = Bytes(150, 6);
  c.detail = Bytes(300, 8);
  c.alpha = {9, 8, 7};
  c.icc = {1};
  c.exif = {2, 3};
  c.xmp = {4, 5, 6};
  return c;
}

Container minimal() {
  Container c;
  c.header.width = 65535;
  c.header.height = 65535;
  c.coarse = Bytes(100000, 1);
  return c;
}

constexpr ParseLimits kWide{std::uint64_t{1} << 40, 1U << 20};

template <typename F>
ErrorCode code_of(F action) {
  try {
    action();
  } catch (const Error& e) {
    EXPECT_EQ(std::string(e.what()).rfind("a.cnz: ", 0), 0U) << e.what();
    return e.code();
  }
  return ErrorCode::kInternal;  // no parser throws this
}

ErrorCode parse_code(const Bytes& bytes) {
  return code_of([&] { (void)parse_container(bytes, kWide, "a.cnz"); });
}

// A section as the format lays it out, with a right checksum.
Bytes section(std::uint8_t type, const Bytes& payload) {
  ByteWriter writer;
  writer.u8(type);
  writer.leb128(static_cast<std::uint32_t>(payload.size()));
  writer.append(payload);
  writer.u32(checksum(writer.bytes()));
  return writer.take();
}

Bytes file_of(const StreamHeader& header, const std::vector<Bytes>& parts) {
  ByteWriter writer;
  write_header(writer, header);
  for (const Bytes& part : parts) writer.append(part);
  return writer.take();
}

const Bytes kEnd = {0};

TEST(Container, EveryFieldSurvives) {
  const Container c = sample();
  const Bytes bytes = serialize_container(c);
  const Container back = parse_container(bytes, kWide, "a.cnz");
  EXPECT_EQ(back.header.width, c.header.width);
  EXPECT_EQ(back.header.height, c.header.height);
  EXPECT_EQ(back.header.channels, c.header.channels);
  EXPECT_EQ(back.header.bit_depth, c.header.bit_depth);
  EXPECT_EQ(back.header.quality16, c.header.quality16);
  EXPECT_EQ(back.header.model_id, c.header.model_id);
  EXPECT_EQ(back.header.coarse, c.header.coarse);
  EXPECT_EQ(back.header.preprocess.brightness, c.header.preprocess.brightness);
  EXPECT_EQ(back.header.preprocess.contrast, c.header.preprocess.contrast);
  EXPECT_EQ(back.header.preprocess.gain, c.header.preprocess.gain);
  EXPECT_EQ(back.coarse, c.coarse);
  EXPECT_EQ(back.pixels, c.pixels);
  EXPECT_EQ(back.detail, c.detail);
  EXPECT_EQ(back.alpha, c.alpha);
  EXPECT_EQ(back.icc, c.icc);
  EXPECT_EQ(back.exif, c.exif);
  EXPECT_EQ(back.xmp, c.xmp);
  EXPECT_EQ(serialize_container(back), bytes);
}

TEST(Container, OverheadIsSmall) {
  const Container c = minimal();
  // Two bytes below the most, by the length of 'coarse'.
  EXPECT_EQ(serialize_container(c).size() - c.coarse.size(), 37U);
  Container typical = minimal();
  typical.header.width = typical.header.height = 1000;
  typical.coarse.resize(10000);
  EXPECT_EQ(serialize_container(typical).size() - typical.coarse.size(), 34U);
  typical.header.preprocess.contrast = 2.0F;
  EXPECT_EQ(serialize_container(typical).size() - typical.coarse.size(), 54U);
}

TEST(Container, EveryKindOfPictureSurvives) {
  for (int channels = 1; channels <= 4; ++channels) {
    for (const int depth : {8, 16}) {
      Container c = minimal();
      c.header.channels = channels;
      c.header.bit_depth = depth;
      const Container back = parse_container(serialize_container(c), kWide, "a.cnz");
      EXPECT_EQ(back.header.channels, channels);
      EXPECT_EQ(back.header.bit_depth, depth);
      EXPECT_TRUE(back.header.preprocess.is_identity());
    }
  }
}

TEST(Container, EveryTruncationIsRefused) {
  const Bytes bytes = serialize_container(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(parse_code(cut), ErrorCode::kTruncated) << size;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_EQ(parse_code(longer), ErrorCode::kCorrupt);
}

TEST(Container, EveryByteFlipIsDetected) {
  const Bytes bytes = serialize_container(sample());
  for (std::size_t position = 0; position < bytes.size(); ++position) {
    for (int flip = 1; flip < 256; ++flip) {
      Bytes damaged = bytes;
      damaged[position] = static_cast<std::uint8_t>(damaged[position] ^ flip);
      const ErrorCode code = parse_code(damaged);
      EXPECT_NE(code, ErrorCode::kInternal) << position << " " << flip;
      if (position < 4) {
        EXPECT_EQ(code, ErrorCode::kNotACnzFile);
      }
      if (position == 4) {
        EXPECT_EQ(code, ErrorCode::kUnsupportedVersion);
      }
    }
  }
}

TEST(Container, OtherFilesAreNotCnzFiles) {
  EXPECT_EQ(parse_code({'h', 'i'}), ErrorCode::kNotACnzFile);
  EXPECT_EQ(parse_code({0x89, 'P', 'N', 'G', 13, 10}), ErrorCode::kNotACnzFile);
  EXPECT_EQ(parse_code({}), ErrorCode::kTruncated);
}

TEST(Container, UnknownSectionsAreSkippedOnlyWhenAncillary) {
  const StreamHeader header = minimal().header;
  const Bytes coarse = section(0x01, {5, 6});
  const Bytes file = file_of(header, {coarse, section(0x81, {1}), section(0xFE, {}), kEnd});
  const Container c = parse_container(file, kWide, "a.cnz");
  EXPECT_EQ(c.coarse, (Bytes{5, 6}));
  EXPECT_EQ(c.icc, (Bytes{1}));
  const ContainerInfo info = inspect_container(file, "a.cnz");
  ASSERT_EQ(info.sections.size(), 3U);
  EXPECT_EQ(info.sections[0].name, "coarse");
  EXPECT_EQ(file[static_cast<std::size_t>(info.sections[0].offset)], 5);
  EXPECT_EQ(info.sections[0].length, 2U);
  EXPECT_EQ(info.sections[2].name, "unknown-fe");
  EXPECT_EQ(parse_code(file_of(header, {coarse, section(0x7F, {1}), kEnd})),
            ErrorCode::kUnsupportedVersion);
}

TEST(Container, SectionsHaveOneOrder) {
  const StreamHeader header = minimal().header;
  const Bytes coarse = section(0x01, {5, 6});
  const Bytes icc = section(0x81, {1});
  EXPECT_EQ(parse_code(file_of(header, {coarse, icc, kEnd})), ErrorCode::kInternal);
  EXPECT_EQ(parse_code(file_of(header, {icc, coarse, kEnd})), ErrorCode::kCorrupt);
  EXPECT_EQ(parse_code(file_of(header, {coarse, coarse, kEnd})), ErrorCode::kCorrupt);
  EXPECT_EQ(parse_code(file_of(header, {icc, kEnd})), ErrorCode::kCorrupt);
  EXPECT_EQ(parse_code(file_of(header, {kEnd})), ErrorCode::kCorrupt);
  EXPECT_EQ(parse_code(file_of(header, {coarse, section(0x81, {}), kEnd})), ErrorCode::kCorrupt);
  // RGB
  EXPECT_EQ(parse_code(file_of(header, {coarse, section(0x04, {1}), kEnd})), ErrorCode::kCorrupt);
  EXPECT_EQ(parse_code(file_of(header, {coarse, kEnd, kEnd})), ErrorCode::kCorrupt);
}

TEST(Container, DetailIsThereWhenTheHeaderSaysSo) {
  StreamHeader header = minimal().header;
  const Bytes coarse = section(0x01, {5, 6}), detail = section(0x03, {7});
  EXPECT_EQ(parse_code(file_of(header, {coarse, detail, kEnd})), ErrorCode::kCorrupt);
  header.coarse = 3;
  EXPECT_EQ(parse_code(file_of(header, {coarse, detail, kEnd})), ErrorCode::kInternal);
  EXPECT_EQ(parse_code(file_of(header, {coarse, kEnd})), ErrorCode::kCorrupt);
}

TEST(Container, DetailMayBeEmptyButNotAbsent) {
  Container c = minimal();
  const Bytes coarse = section(0x01, {5, 6}), empty = section(0x03, {});
  EXPECT_EQ(parse_code(file_of(c.header, {coarse, empty, kEnd})), ErrorCode::kCorrupt);
  c.header.coarse = 3;
  c.coarse = {5, 6};
  const Bytes bytes = serialize_container(c);
  EXPECT_EQ(bytes, file_of(c.header, {coarse, empty, kEnd}));
  EXPECT_TRUE(parse_container(bytes, kWide, "a.cnz").detail.empty());
  const ContainerInfo info = inspect_container(bytes, "a.cnz");
  ASSERT_EQ(info.sections.size(), 2U);
  EXPECT_EQ(info.sections[1].name, "detail");
  EXPECT_EQ(info.sections[1].length, 0U);
}

TEST(Container, PixelsStandBetweenCoarseAndDetailOrNowhere) {
  Container c = minimal();
  c.coarse = {5, 6};
  c.pixels = {7};
  c.header.coarse = 3;
  c.detail = {8};
  const Bytes coarse = section(0x01, {5, 6}), pixels = section(0x02, {7}),
              detail = section(0x03, {8});
  const Bytes bytes = serialize_container(c);
  EXPECT_EQ(bytes, file_of(c.header, {coarse, pixels, detail, kEnd}));
  const ContainerInfo info = inspect_container(bytes, "a.cnz");
  ASSERT_EQ(info.sections.size(), 3U);
  EXPECT_EQ(info.sections[1].name, "pixels");
  EXPECT_EQ(parse_code(file_of(c.header, {pixels, coarse, detail, kEnd})), ErrorCode::kCorrupt);
  EXPECT_EQ(parse_code(file_of(c.header, {coarse, detail, pixels, kEnd})), ErrorCode::kCorrupt);
  EXPECT_EQ(parse_code(file_of(c.header, {coarse, section(0x02, {}), detail, kEnd})),
            ErrorCode::kCorrupt);
  EXPECT_TRUE(
      parse_container(file_of(c.header, {coarse, detail, kEnd}), kWide, "a.cnz").pixels.empty());
}

TEST(Container, AFrontIsAllThatAPreviewNeeds) {
  const Bytes file = serialize_container(sample());
  const ContainerInfo info = inspect_container(file, "a.cnz");
  ASSERT_GE(info.sections.size(), 3U);
  EXPECT_EQ(info.preview_bytes, info.sections[0].offset + info.sections[0].length + 4);
  EXPECT_LT(info.preview_bytes, info.sections[1].offset);
  for (std::size_t size = 0; size < file.size(); ++size) {
    const ByteSpan cut(file.data(), size);
    const bool enough = size >= info.preview_bytes;
    const ErrorCode code = code_of([&] { (void)parse_front(cut, kWide, "a.cnz"); });
    EXPECT_EQ(code, enough ? ErrorCode::kInternal : ErrorCode::kTruncated) << size;
    if (size < info.sections[0].offset - 3) continue;  // type and two bytes of length
    const ContainerInfo front = inspect_front(cut, "a.cnz");
    ASSERT_TRUE(front.fault) << size;
    EXPECT_EQ(front.fault->code(), ErrorCode::kTruncated) << size;
    EXPECT_EQ(front.has_preview(), enough) << size;
    if (size >= info.sections[0].offset) {
      EXPECT_EQ(front.preview_bytes, info.preview_bytes) << size;
      const std::string hint =
          enough ? "a preview can still be shown" : std::to_string(info.preview_bytes) + " bytes";
      EXPECT_NE(std::string(front.fault->what()).find(hint), std::string::npos)
          << front.fault->what();
    }
  }
  const ContainerInfo whole = inspect_front(file, "a.cnz");
  EXPECT_FALSE(whole.fault);
  EXPECT_EQ(whole.sections.size(), info.sections.size());
}

TEST(Container, AFrontHoldsWhatIsWholeAndLeavesDetailAlone) {
  const Container c = sample();
  const Bytes file = serialize_container(c);
  const ContainerInfo info = inspect_container(file, "a.cnz");
  const Container front = parse_front(file, kWide, "a.cnz");
  EXPECT_EQ(front.coarse, c.coarse);
  EXPECT_EQ(front.pixels, c.pixels);
  EXPECT_TRUE(front.detail.empty());
  EXPECT_EQ(front.alpha, c.alpha);
  EXPECT_EQ(front.xmp, c.xmp);
  for (std::size_t position = 0; position < file.size(); ++position) {
    Bytes damaged = file;
    damaged[position] ^= 1;
    const bool behind = position >= info.preview_bytes;
    const bool refused =
        code_of([&] { (void)parse_front(damaged, kWide, "a.cnz"); }) != ErrorCode::kInternal;
    EXPECT_EQ(refused, !behind) << position;
    if (behind) {
      EXPECT_EQ(parse_front(damaged, kWide, "a.cnz").coarse, c.coarse) << position;
    }
  }
}

TEST(Container, AFrontWithAnUnknownCriticalSectionIsRefused) {
  const Bytes file = file_of(minimal().header, {section(0x01, {5, 6}), section(0x7F, {1}), kEnd});
  EXPECT_EQ(code_of([&] { (void)parse_front(file, kWide, "a.cnz"); }),
            ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(code_of([&] { (void)inspect_front(file, "a.cnz"); }), ErrorCode::kUnsupportedVersion);
}

TEST(Container, ALengthBeyondTheFileIsRefused) {
  Bytes huge = {0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 2, 3};
  EXPECT_EQ(parse_code(file_of(minimal().header, {huge})), ErrorCode::kTruncated);
}

TEST(Container, LimitsHoldBeforeSections) {
  Container c = minimal();
  c.header.width = 40000;
  c.header.height = 40000;
  const Bytes bytes = serialize_container(c);
  const auto code = [&](const ParseLimits& limits) {
    return code_of([&] { (void)parse_container(bytes, limits, "a.cnz"); });
  };
  EXPECT_EQ(code({}), ErrorCode::kLimitExceeded);
  EXPECT_EQ(code({1600000000, 39999}), ErrorCode::kLimitExceeded);
  EXPECT_EQ(code({1600000000, 40000}), ErrorCode::kInternal);
  EXPECT_NO_THROW((void)inspect_container(bytes, "a.cnz"));
}

TEST(Container, WhatCannotBeStoredIsNotWritten) {
  const auto expect_refused = [](auto change) {
    Container c = minimal();
    change(c);
    EXPECT_THROW((void)serialize_container(c), Error);
  };
  expect_refused([](auto& c) { c.header.width = 0; });
  expect_refused([](auto& c) { c.header.channels = 5; });
  expect_refused([](auto& c) { c.header.bit_depth = 12; });
  expect_refused([](auto& c) { c.header.quality16 = 1601; });
  expect_refused([](auto& c) { c.header.preprocess.contrast = 0.05F; });
  expect_refused(
      [](auto& c) { c.header.preprocess.gain[1] = std::numeric_limits<float>::quiet_NaN(); });
  expect_refused(
      [](auto& c) { c.header.preprocess.brightness = std::numeric_limits<float>::infinity(); });
  expect_refused([](auto& c) { c.coarse.clear(); });
  expect_refused([](auto& c) { c.header.coarse = 256; });
  expect_refused([](auto& c) { c.header.tile = -1; });
  expect_refused([](auto& c) { c.detail = {1}; });
  expect_refused([](auto& c) { c.alpha = {1}; });
}

}  // namespace
}  // namespace imgcnn::bitstream
