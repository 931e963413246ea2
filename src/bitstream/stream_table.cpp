// Lengths and hashes in front of the streams.

#include "imgcnn/bitstream/stream_table.h"

#include <limits>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/byte_io.h"
#include "imgcnn/bitstream/stream_header.h"

namespace imgcnn::bitstream {

Bytes serialize_streams(const std::vector<Stream>& streams) {
  ByteWriter writer;
  for (const Stream& stream : streams) {
    require(stream.bytes.size() <= std::numeric_limits<std::uint32_t>::max(),
            ErrorCode::kInvalidArgument, "a stream of 4 GiB or more");
    writer.u32(static_cast<std::uint32_t>(stream.bytes.size()));
    writer.u32(stream.symbols_hash);
  }
  for (const Stream& stream : streams) writer.append(stream.bytes);
  return writer.take();
}

std::vector<StreamView> parse_streams(ByteSpan section, std::size_t count,
                                      const std::string& origin) {
  constexpr std::size_t kEntry = 8;  // bytes
  require(section.size() / kEntry >= count, ErrorCode::kCorrupt,
          origin + ": its table of tiles is cut short");
  ByteReader table(section.subspan(0, count * kEntry));
  ByteReader streams(section.subspan(count * kEntry, section.size() - count * kEntry));
  std::vector<StreamView> views;
  views.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t length = table.u32();
    const std::uint32_t hash = table.u32();
    views.push_back({streams.take(length), hash});
  }
  require(streams.fault() == ByteReader::Fault::kNone && streams.remaining() == 0,
          ErrorCode::kCorrupt, origin + ": the table of tiles does not fit the section");
  return views;
}

std::uint32_t hash_of_hashes(const std::vector<std::uint32_t>& hashes) {
  ByteWriter writer;
  for (const std::uint32_t hash : hashes) writer.u32(hash);
  return checksum(writer.bytes());
}

}  // namespace imgcnn::bitstream
