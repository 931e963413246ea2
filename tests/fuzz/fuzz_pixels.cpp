// Tiles and streams out of any bytes: pixels round-trip exactly, with a chooser or without, and a
// foreign stream decodes within bounds or is refused; one that decodes to the end is the one that
// the encoder writes.

#include <algorithm>

#include "fuzz_input.h"
#include "imgcnn/base/error.h"
#include "imgcnn/entropy/pixel_coder.h"
#include "imgcnn/rdo/pixel_rdo.h"

namespace imgcnn::fuzz {
namespace {

using entropy::PixelTile;

/// Sizes and blocks, up to 3 x 3; samples are 0.
PixelTile make_tile(Input& input) {
  PixelTile tile;
  tile.width = 1 + static_cast<int>(input.u8() % 40);
  tile.height = 1 + static_cast<int>(input.u8() % 40);
  const std::uint32_t kind = input.u8();
  tile.channels = (kind & 1) != 0 ? 3 : 1;
  tile.bit_depth = (kind & 2) != 0 ? 16 : 8;
  const std::uint32_t blocks = input.u16();
  for (int i = 0; i < tile.block_columns() * tile.block_rows(); ++i)
    tile.blocks.push_back((blocks >> i & 1) != 0 ? 1 : 0);
  tile.samples.resize(static_cast<std::size_t>(tile.width) * static_cast<std::size_t>(tile.height) *
                      static_cast<std::size_t>(tile.channels));
  return tile;
}

PixelTile sizes_of(const PixelTile& tile) {
  return {tile.width, tile.height, tile.channels, tile.bit_depth, {}, {}};
}

/// Draws runs of colours, as the input says; coded blocks alone.
void draw(Input& input, PixelTile& tile) {
  const auto channels = static_cast<std::size_t>(tile.channels);
  std::uint16_t colour[3] = {};
  std::uint32_t left = 0;
  std::size_t i = 0;
  for (int y = 0; y < tile.height; ++y) {
    for (int x = 0; x < tile.width; ++x, i += channels) {
      if (!tile.is_coded(y, x)) continue;
      if (left-- == 0) {
        left = input.u8() % 32;
        for (std::size_t c = 0; c < channels; ++c)
          colour[c] = static_cast<std::uint16_t>(tile.bit_depth == 16 ? input.u16() : input.u8());
      }
      std::copy_n(colour, channels, tile.samples.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

void check_round_trip(PixelTile tile, entropy::PixelChooser* chooser) {
  const PixelTile original = tile;
  const Bytes stream = entropy::encode_pixels(tile, chooser).stream;
  expect(chooser != nullptr || tile.samples == original.samples, "an encoder changes nothing");
  const PixelTile found = entropy::decode_pixels(stream, sizes_of(tile), "fuzz");
  expect(found.blocks == tile.blocks, "blocks round-trip");
  expect(found.samples == tile.samples, "samples round-trip");
}

void check_stream(ByteSpan stream, const PixelTile& tile) {
  try {
    PixelTile found = entropy::decode_pixels(stream, sizes_of(tile), "fuzz");
    expect(entropy::encode_pixels(found).stream == stream.to_bytes(), "a stream has one form");
  } catch (const Error&) {
  }
}

void run(Input input) {
  const std::uint32_t property = input.u8() % 4;
  PixelTile tile = make_tile(input);
  if (property < 2) {
    check_stream(input.rest(), tile);
    return;
  }
  const int limit = 1 + static_cast<int>(input.u8() % 40);
  draw(input, tile);
  rdo::PixelRdo rdo(tile, 0.05, limit);
  check_round_trip(tile, property == 2 ? nullptr : &rdo);
}

}  // namespace
}  // namespace imgcnn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  imgcnn::fuzz::run({data, size});
  return 0;
}
