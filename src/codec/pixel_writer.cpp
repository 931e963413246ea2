// Tiles of pixels to streams.

#include "pixel_writer.h"

#include <optional>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/byte_io.h"
#include "imgcnn/bitstream/stream_table.h"
#include "imgcnn/rdo/pixel_rdo.h"

namespace imgcnn::codec {
namespace {

entropy::PixelTile tile_of(image::Image samples, std::vector<std::uint8_t> blocks) {
  return {samples.width,     samples.height,    samples.channels,
          samples.bit_depth, std::move(blocks), std::move(samples.samples)};
}

/// Squared error of a block of a tile, as BlockCosts.
double error_of(const entropy::PixelTile& tile, const std::vector<std::uint16_t>& original,
                const Rect& block) {
  const Rect area =
      intersection(scaled(block, entropy::kPixelBlock), {0, 0, tile.width, tile.height});
  const double level = tile.bit_depth == 16 ? 257.0 : 1.0;
  double sum = 0.0;
  const auto channels = static_cast<std::size_t>(tile.channels);
  for (int y = area.y; y < area.bottom(); ++y) {
    const std::size_t first = (static_cast<std::size_t>(y) * static_cast<std::size_t>(tile.width) +
                               static_cast<std::size_t>(area.x)) *
                              channels;
    for (std::size_t i = first; i < first + static_cast<std::size_t>(area.width) * channels; ++i) {
      const double difference = (int{tile.samples[i]} - int{original[i]}) / level;
      sum += difference * difference;
    }
  }
  return sum / tile.channels;
}

}  // namespace

WrittenPixels write_pixels(ThreadPool& pool, const CodingPlan& plan, const SampleSource& picture,
                           const PixelBlocks& blocks, const PixelLoss& loss) {
  const TileGrid tiles = pixel_tiles(plan);
  WrittenPixels written{{}, BlockCosts(blocks.coded.size())};
  std::vector<Bytes> streams(static_cast<std::size_t>(tiles.count()));
  pool.run(tiles.count(), [&](int index, int /*thread*/) {
    const Rect place = tiles.tile(index);
    auto of_tile = crop(blocks.coded, blocks.whole(), place, 1);
    if (std::count(of_tile.begin(), of_tile.end(), 0) ==
        static_cast<std::ptrdiff_t>(of_tile.size()))
      return;
    entropy::PixelTile tile = tile_of(picture(samples_of(place, plan)), std::move(of_tile));
    const std::vector<std::uint16_t> original = tile.samples;
    std::optional<rdo::PixelRdo> rdo;
    if (loss.limit > 0) rdo.emplace(tile, loss.weight, loss.limit);
    entropy::CodedPixels coded = entropy::encode_pixels(tile, rdo ? &*rdo : nullptr);
    for (int row = 0; row < place.height; ++row) {
      for (int column = 0; column < place.width; ++column) {
        const auto in_tile = static_cast<std::size_t>(row * place.width + column);
        if (tile.blocks[in_tile] == 0) continue;
        const std::size_t in_picture = blocks.index(place.x + column, place.y + row);
        written.costs.bits[in_picture] =
            static_cast<double>(coded.block_costs[in_tile]) / entropy::kCostOne;
        written.costs.error[in_picture] = error_of(tile, original, {column, row, 1, 1});
      }
    }
    streams[static_cast<std::size_t>(index)] = std::move(coded.stream);
  });
  bitstream::ByteWriter section;
  section.leb128(static_cast<std::uint32_t>(blocks.count()));
  section.append(plan.tiled() ? bitstream::serialize_streams(streams) : streams.front());
  written.section = section.take();
  return written;
}

}  // namespace imgcnn::codec
