// Streams behind one another in a section.

#include "imgcnn/bitstream/stream_table.h"

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"

namespace imgcnn::bitstream {
namespace {

const std::vector<Bytes> kStreams = {{1, 2, 3}, {}, {9}};

TEST(StreamTable, BytesAreThoseOfTheFormat) {
  EXPECT_EQ(serialize_streams(kStreams), (Bytes{3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 9}));
}

TEST(StreamTable, ComesBack) {
  const Bytes section = serialize_streams(kStreams);
  const auto views = parse_streams(section, kStreams.size(), "x");
  ASSERT_EQ(views.size(), kStreams.size());
  for (std::size_t i = 0; i < views.size(); ++i) EXPECT_EQ(views[i].to_bytes(), kStreams[i]);
}

TEST(StreamTable, MustFillItsSection) {
  const Bytes section = serialize_streams(kStreams);
  for (std::size_t size = 0; size < section.size(); ++size) {
    EXPECT_THROW((void)parse_streams(ByteSpan(section).subspan(0, size), kStreams.size(), "x"),
                 Error)
        << size;
  }
  Bytes longer = section;
  longer.push_back(0);
  EXPECT_THROW((void)parse_streams(longer, kStreams.size(), "x"), Error);
  EXPECT_THROW((void)parse_streams(section, 1U << 31, "x"), Error);
}

}  // namespace
}  // namespace imgcnn::bitstream
