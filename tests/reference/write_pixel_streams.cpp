// What the reference decoder of pixels has to find.
//
//   write_pixel_streams FOLDER
//
// writes, for each sample of the unit tests, NAME.txt with width, height, channels and bits a
// sample, NAME.stream, and NAME.samples, those of coded blocks in the order of pixels, 2 bytes
// each.
//
//   write_pixel_streams FOLDER WIDTH HEIGHT CHANNELS BITS
//
// writes the same of one drawing, some of whose blocks are coded, with the name "drawing".

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>

#include "entropy/pixel_samples.h"

namespace {

using imgcnn::entropy::NamedTile;

void write(const std::filesystem::path& folder, NamedTile&& sample) {
  imgcnn::entropy::PixelTile& tile = sample.tile;
  const imgcnn::Bytes stream = imgcnn::entropy::encode_pixels(tile).stream;
  std::ofstream(folder / (sample.name + ".txt"))
      << tile.width << " " << tile.height << " " << tile.channels << " " << tile.bit_depth << "\n";
  std::ofstream(folder / (sample.name + ".stream"), std::ios::binary)
      .write(reinterpret_cast<const char*>(stream.data()),
             static_cast<std::streamsize>(stream.size()));
  std::ofstream out(folder / (sample.name + ".samples"), std::ios::binary);
  std::size_t i = 0;
  for (int y = 0; y < tile.height; ++y) {
    for (int x = 0; x < tile.width; ++x) {
      for (int c = 0; c < tile.channels; ++c, ++i) {
        if (!tile.is_coded(y, x)) continue;
        out.put(static_cast<char>(tile.samples[i] & 255));
        out.put(static_cast<char>(tile.samples[i] >> 8));
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace imgcnn::entropy;
  if (argc == 2) {
    for (NamedTile& sample : pixel_samples()) write(argv[1], std::move(sample));
    return 0;
  }
  if (argc == 6) {
    const PixelTile tile = draw(Drawing::kPalette, std::stoi(argv[2]), std::stoi(argv[3]),
                                std::stoi(argv[4]), std::stoi(argv[5]));
    write(argv[1], {"drawing", some_blocks(tile, 2)});
    return 0;
  }
  std::cerr << "usage: write_pixel_streams FOLDER [WIDTH HEIGHT CHANNELS BITS]\n";
  return 2;
}
