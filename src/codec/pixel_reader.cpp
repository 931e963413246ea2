// Streams of tiles, and their blocks over a picture.

#include "pixel_reader.h"

#include <algorithm>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/byte_io.h"
#include "imgcnn/bitstream/stream_table.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::codec {
namespace {

/// Puts all of `part` with its top left sample at (x, y) of the picture.
void put(const image::Image& part, int x, int y, image::Image& picture) {
  const std::ptrdiff_t row = std::ptrdiff_t{part.width} * part.channels;
  for (int i = 0; i < part.height; ++i) {
    const auto from = part.samples.begin() + i * row;
    std::copy(
        from, from + row,
        picture.samples.begin() + (std::ptrdiff_t{y + i} * picture.width + x) * picture.channels);
  }
}

}  // namespace

PixelReader::PixelReader(ByteSpan section, const CodingPlan& plan, int channels, int bit_depth,
                         const std::string& origin)
    : plan_(plan),
      tiles_(pixel_tiles(plan)),
      channels_(channels),
      bit_depth_(bit_depth),
      name_(origin + ": pixels"),
      blocks_(plan.picture_width(), plan.picture_height()) {
  bitstream::ByteReader reader(section);
  const std::uint32_t count = reader.leb128();
  require(reader.fault() == bitstream::ByteReader::Fault::kNone, ErrorCode::kCorrupt,
          name_ + ": its number of blocks is damaged");
  const ByteSpan rest = reader.take(reader.remaining());
  streams_ = plan.tiled()
                 ? bitstream::parse_streams(rest, static_cast<std::size_t>(tiles_.count()), name_)
                 : std::vector<ByteSpan>{rest};
  for (int i = 0; i < tiles_.count(); ++i) {
    const ByteSpan stream = streams_[static_cast<std::size_t>(i)];
    if (stream.empty()) continue;
    const Rect place = tiles_.tile(i);
    copy_rect(entropy::decode_pixel_blocks(stream, tile_of(i), name_), place, blocks_.coded,
              blocks_.whole(), place, 1);
  }
  require(count > 0 && blocks_.count() == count, ErrorCode::kCorrupt,
          name_ + ": holds another number of blocks than it says");
}

entropy::PixelTile PixelReader::tile_of(int index) const {
  const Rect samples = samples_of(tiles_.tile(index), plan_);
  return {samples.width, samples.height, channels_, bit_depth_, {}, {}};
}

void PixelReader::read(ThreadPool& pool, const Rect& region, const Show& show) const {
  std::vector<int> wanted;
  for (int i = 0; i < tiles_.count(); ++i) {
    const bool touched = !intersection(samples_of(tiles_.tile(i), plan_), region).empty();
    if (touched && !streams_[static_cast<std::size_t>(i)].empty()) wanted.push_back(i);
  }
  pool.run(static_cast<int>(wanted.size()), [&](int item, int /*thread*/) {
    const int index = wanted[static_cast<std::size_t>(item)];
    entropy::PixelTile tile =
        entropy::decode_pixels(streams_[static_cast<std::size_t>(index)], tile_of(index), name_);
    show({tile.width, tile.height, channels_, bit_depth_, std::move(tile.samples), {}},
         samples_of(tiles_.tile(index), plan_));
  });
}

void put_blocks(const image::Image& samples, const Rect& where, const PixelBlocks& blocks,
                const Rect& region, int shrink, image::Image& picture) {
  const Rect touched = enclosing(intersection(where, region), entropy::kPixelBlock);
  for (int row = touched.y; row < touched.bottom(); ++row) {
    for (int column = touched.x; column < touched.right(); ++column) {
      if (blocks.at(column, row) == 0) continue;
      const Rect block = scaled({column, row, 1, 1}, entropy::kPixelBlock),
                 part = intersection(intersection(block, where), region);
      const image::Image cut =
          image::cut(samples, part.x - where.x, part.y - where.y, part.width, part.height);
      put(shrink > 1 ? image::shrunk(cut, shrink) : cut, (part.x - region.x) / shrink,
          (part.y - region.y) / shrink, picture);
    }
  }
}

}  // namespace imgcnn::codec
