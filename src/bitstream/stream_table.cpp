// Lengths in front of the streams.

#include "imgcnn/bitstream/stream_table.h"

#include <limits>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/byte_io.h"

namespace imgcnn::bitstream {

Bytes serialize_streams(const std::vector<Bytes>& streams) {
  ByteWriter writer;
  for (const Bytes& stream : streams) {
    require(stream.size() <= std::numeric_limits<std::uint32_t>::max(), ErrorCode::kInvalidArgument,
            "a stream of 4 GiB or more");
    writer.u32(static_cast<std::uint32_t>(stream.size()));
  }
  for (const Bytes& stream : streams) writer.append(stream);
  return writer.take();
}

std::vector<ByteSpan> parse_streams(ByteSpan section, std::size_t count,
                                    const std::string& origin) {
  constexpr std::size_t kEntry = 4;  // bytes
  require(section.size() / kEntry >= count, ErrorCode::kCorrupt,
          origin + ": its table of tiles is cut short");
  ByteReader table(section.subspan(0, count * kEntry));
  ByteReader streams(section.subspan(count * kEntry, section.size() - count * kEntry));
  std::vector<ByteSpan> views;
  views.reserve(count);
  for (std::size_t i = 0; i < count; ++i) views.push_back(streams.take(table.u32()));
  require(streams.fault() == ByteReader::Fault::kNone && streams.remaining() == 0,
          ErrorCode::kCorrupt, origin + ": the table of tiles does not fit the section");
  return views;
}

}  // namespace imgcnn::bitstream
