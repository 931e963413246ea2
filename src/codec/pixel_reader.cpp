// Streams of tiles, and their blocks over a picture.

#include "pixel_reader.h"

#include <algorithm>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/stream_table.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::codec {
namespace {

/// Calls use(rectangle of a coded block in samples of the picture) for each of a tile.
template <class Use>
void for_each_block(const Rect& where, const std::vector<std::uint8_t>& blocks, const Use& use) {
  constexpr int kSide = entropy::kPixelBlock;
  std::size_t i = 0;
  for (int y = 0; y < where.height; y += kSide) {
    for (int x = 0; x < where.width; x += kSide) {
      if (blocks[i++] != 0) use(intersection({where.x + x, where.y + y, kSide, kSide}, where));
    }
  }
}

/// Puts all of `part` with its top left sample at (x, y) of the picture.
void put(const image::Image& part, int x, int y, image::Image& picture) {
  const auto channels = static_cast<std::size_t>(picture.channels);
  for (int row = 0; row < part.height; ++row) {
    const auto from =
        part.samples.begin() + static_cast<std::ptrdiff_t>(row) * part.width * part.channels;
    const auto to =
        picture.samples.begin() + (static_cast<std::ptrdiff_t>(y + row) * picture.width + x) *
                                      static_cast<std::ptrdiff_t>(channels);
    std::copy(from, from + static_cast<std::ptrdiff_t>(part.width) * part.channels, to);
  }
}

}  // namespace

PixelReader::PixelReader(ByteSpan section, const CodingPlan& plan, int channels, int bit_depth,
                         std::string origin)
    : plan_(plan),
      tiles_(pixel_tiles(plan)),
      channels_(channels),
      bit_depth_(bit_depth),
      origin_(std::move(origin) + ": pixels") {
  if (!plan.tiled()) {
    streams_.push_back(section);
    return;
  }
  streams_ = bitstream::parse_streams(section, static_cast<std::size_t>(tiles_.count()), origin_);
}

void PixelReader::read(ThreadPool& pool, const Rect& region, const Show& show) const {
  std::vector<int> wanted;
  const Rect picture{0, 0, plan_.picture_width(), plan_.picture_height()};
  const auto place = [&](int index) {
    return intersection(scaled(tiles_.tile(index), entropy::kPixelBlock), picture);
  };
  for (int i = 0; i < tiles_.count(); ++i) {
    if (!streams_[static_cast<std::size_t>(i)].empty() && !intersection(place(i), region).empty())
      wanted.push_back(i);
  }
  pool.run(static_cast<int>(wanted.size()), [&](int item, int /*thread*/) {
    const int index = wanted[static_cast<std::size_t>(item)];
    const Rect where = place(index);
    entropy::PixelTile tile =
        entropy::decode_pixels(streams_[static_cast<std::size_t>(index)],
                               {where.width, where.height, channels_, bit_depth_, {}, {}}, origin_);
    const image::Image samples{
        where.width, where.height, channels_, bit_depth_, std::move(tile.samples), {}};
    show(samples, where, tile.blocks);
  });
}

void put_blocks(const image::Image& samples, const Rect& where,
                const std::vector<std::uint8_t>& blocks, const Rect& region,
                image::Image& picture) {
  for_each_block(where, blocks, [&](const Rect& block) {
    const Rect part = intersection(block, region);
    if (part.empty()) return;
    put(image::cut(samples, part.x - where.x, part.y - where.y, part.width, part.height),
        part.x - region.x, part.y - region.y, picture);
  });
}

void put_shrunk_blocks(const image::Image& samples, const Rect& where,
                       const std::vector<std::uint8_t>& blocks, int factor, image::Image& picture) {
  for_each_block(where, blocks, [&](const Rect& block) {
    const image::Image part =
        image::cut(samples, block.x - where.x, block.y - where.y, block.width, block.height);
    put(image::shrunk(part, factor), block.x / factor, block.y / factor, picture);
  });
}

}  // namespace imgcnn::codec
